import type { ErrorObject } from 'ajv';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { describeViolation } from '../../core/violation.js';
import type { OrderKind } from '../machines/machine-record.js';
import checks from './order-checks.cjs';

export interface OrderMessage {
  readonly order: {
    readonly migrationId: string;
    readonly kind: OrderKind;
    readonly by: string;
    readonly reason?: string;
    readonly gate?: string;
  };
}

export type Message = { readonly is: 'request'; readonly value: unknown } | ({ readonly is: 'order' } & OrderMessage);

/** A message of the queue: a request, which `ingest` checks, or an order. Every refusal names the field, its value and the rule. */
export function readMessage(body: string): Result<Message> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return fail([notJson()]);
  }
  if (!isOrder(value)) return ok({ is: 'request', value });
  if (checks.message(value)) return ok({ is: 'order', order: value.order });
  return fail((checks.message.errors ?? []).filter(({ keyword }) => keyword !== 'if').map(problemOf));
}

function isOrder(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'order' in value;
}

const maxShown = 80;

function problemOf(error: ErrorObject): Diagnostic {
  const field = error.instancePath.split('/').slice(1).join('.');
  const shown = (JSON.stringify(error.data) as string | undefined)?.slice(0, maxShown) ?? '';
  const isOfWhole = error.keyword === 'required' || error.keyword === 'additionalProperties';
  return diagnostic({
    code: 'wave-order-message',
    path: error.instancePath,
    message: `${field === '' ? 'The message' : `'${field}'`} ${describeViolation(error)}${isOfWhole ? '' : ` (it is ${shown})`}.`,
    fix: 'Correct the order; docs/waves/runbook.md shows one of each kind.',
  });
}

function notJson(): Diagnostic {
  return diagnostic({
    code: 'wave-message',
    message: 'The message is not JSON.',
    fix: 'Send a payload or an order as JSON (docs/waves/architecture.md).',
  });
}
