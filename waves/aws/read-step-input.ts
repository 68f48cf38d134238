import { ValidationError } from '../machines/errors.js';
import type { Action, StepInput } from '../state-machine/state-machine.js';

const idPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const maxLength = 256;

/**
 * The input that Step Functions passes to a function. Throws a ValidationError that names the field, its value and the
 * rule.
 */
export function readStepInput(event: unknown, actions: readonly Action[]): StepInput {
  const { action, state, migrationId, correlationId, error } = (
    typeof event === 'object' && event !== null ? event : {}
  ) as Readonly<Record<string, unknown>>;
  if (typeof action !== 'string' || !(actions as readonly string[]).includes(action))
    throw wrong('action', action, `must be one of ${actions.join(', ')}`);
  if (typeof migrationId !== 'string' || !idPattern.test(migrationId))
    throw wrong('migrationId', migrationId, `must match ${idPattern.source}`);
  return {
    action: action as Action,
    state: short('state', state),
    migrationId,
    correlationId: short('correlationId', correlationId),
    ...(error !== undefined && { error: errorOf(error) }),
  };
}

function short(name: string, value: unknown): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= maxLength) return value;
  throw wrong(name, value, `must be a text of 1 to ${maxLength} characters`);
}

function errorOf(value: unknown): NonNullable<StepInput['error']> {
  const { Error: name, Cause: cause } = (typeof value === 'object' && value !== null ? value : {}) as Readonly<
    Record<string, unknown>
  >;
  if (typeof name !== 'string') throw wrong('error.Error', name, 'must be a text');
  return { Error: name, ...(typeof cause === 'string' && { Cause: cause }) };
}

function wrong(field: string, value: unknown, rule: string): ValidationError {
  const shown = (JSON.stringify(value) as string | undefined)?.slice(0, 80) ?? 'missing';
  return new ValidationError(`'${field}' ${rule} (it is ${shown}).`);
}
