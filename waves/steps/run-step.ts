import { withoutCredentials } from '../../core/credentials.js';
import { errorNameOf, Fenced, MigrationError, PrerequisiteError, ValidationError } from '../machines/errors.js';
import type { MachineChange, MachineRecord, Memory } from '../machines/machine-record.js';
import type { MigrationService } from '../services/migration-service.js';
import type { Action, Outcome, StepInput } from '../state-machine/state-machine.js';
import { checkCutoverOrder } from './cutover-order.js';
import { checkCutover, cutOver } from './cutover.js';
import { checkFinalizeOrder, finalize } from './finalize.js';
import {
  notifyCutOver,
  notifyFinalized,
  notifyNeedsAttention,
  notifyRejected,
  notifyRollbackFailed,
  notifyRolledBack,
} from './notify.js';
import type { StepPorts } from './ports.js';
import { prepare } from './prepare.js';
import { checkReplication, replicate } from './replication.js';
import { rollBack } from './roll-back.js';
import type { Step, StepCall } from './step.js';
import { checkTest, test } from './test-launch.js';
import { validate } from './validate.js';

const steps: Readonly<Record<Action, Step>> = {
  validate,
  prepare,
  replicate,
  'check-replication': checkReplication,
  test,
  'check-test': checkTest,
  'check-cutover-order': checkCutoverOrder,
  'cut-over': cutOver,
  'check-cutover': checkCutover,
  'check-finalize-order': checkFinalizeOrder,
  finalize,
  'roll-back': rollBack,
  'notify-rejected': notifyRejected,
  'notify-cut-over': notifyCutOver,
  'notify-finalized': notifyFinalized,
  'notify-rolled-back': notifyRolledBack,
  'notify-rollback-failed': notifyRollbackFailed,
  'notify-needs-attention': notifyNeedsAttention,
};

/**
 * Does one step of one machine, whoever calls it: a Lambda function or the local runner. The same call again does nothing
 * twice. Throws a `MigrationError`, or what a client threw.
 */
export async function runStep(input: StepInput, ports: StepPorts, signal: AbortSignal): Promise<Outcome> {
  const { migrationId, state, action } = input;
  const claimed = await ports.store.claim(migrationId, state, ports.holder);
  if (claimed === undefined)
    throw new ValidationError(`The store has no machine ${migrationId}; submit its payload again.`);
  const { record, fence } = claimed;
  const before = record.outcomes[state];
  if (before !== undefined) return before;
  const step = steps[action];
  if (!step.from.includes(record.status)) throw new Superseded(migrationId, action, record.status);
  const call = callOf(input, ports, record, fence, signal);
  try {
    const { outcome, change, repeatable = false } = await step.run(call);
    const isKept = outcome.is !== 'waiting' && !repeatable;
    if (isKept || change !== undefined)
      await call.save({ ...change, outcomes: { ...change?.outcomes, ...(isKept && { [state]: outcome }) } });
    ports.log('info', `${action}: ${outcome.is}`, fieldsOf(input));
    return outcome;
  } catch (error) {
    if (!(error instanceof Fenced)) await recordFailure(call, step, error);
    throw error;
  }
}

/** An old call, of which the execution no longer awaits the answer. */
class Superseded extends Fenced {
  constructor(migrationId: string, action: Action, status: string) {
    super(migrationId);
    this.message = `${action} cannot be done with ${migrationId}, which is ${status} by now.`;
  }
}

function callOf(
  input: StepInput,
  ports: StepPorts,
  record: MachineRecord,
  fence: number,
  signal: AbortSignal,
): StepCall {
  const { migrationId, correlationId, payload } = record;
  let memory: Memory = record.memory;
  const save = async (change: Omit<MachineChange, 'at'>): Promise<void> => {
    signal.throwIfAborted();
    if ((await ports.store.save(migrationId, fence, { ...change, at: ports.now() })) === 'fenced')
      throw new Fenced(migrationId);
    if (change.memory !== undefined) memory = { ...memory, ...change.memory };
  };
  return {
    input,
    ports,
    record,
    fence,
    machine: { migrationId, correlationId, payload, memory },
    service: () => serviceFor(ports.services, record),
    save,
    context: {
      signal,
      memory: () => memory,
      remember: (change) => save({ memory: change }),
      log: (message, fields = {}) => {
        ports.log('info', message, { ...fieldsOf(input), ...fields });
      },
      now: () => ports.now(),
    },
  };
}

function serviceFor(services: readonly MigrationService[], { payload }: MachineRecord): MigrationService {
  const found = services.find((service) => service.serves(payload));
  if (found !== undefined) return found;
  const known = services.map(({ name }) => name).join(', ');
  throw new PrerequisiteError(
    `No migration service moves machines from ${payload.source} to ${payload.target} here (there is ${known || 'none'}): start a worker with the settings of docs/waves/sources.md.`,
  );
}

/** A failure of the store itself must not hide the one that is told. */
async function recordFailure(call: StepCall, step: Step, error: unknown): Promise<void> {
  const { input, ports } = call;
  const name = errorNameOf(error);
  const message = withoutCredentials(error instanceof Error ? error.message : String(error));
  ports.log(
    error instanceof MigrationError ? 'warn' : 'error',
    `${input.action}: ${name}: ${message}`,
    fieldsOf(input),
  );
  if (step.recordsFailures === true) return;
  const change = {
    error: { name, message },
    events: [{ kind: 'failed', state: input.state, message: `${name}: ${message}` }],
  } as const;
  await call.save(change).catch(() => undefined);
}

function fieldsOf({ migrationId, correlationId, state, action }: StepInput): Memory {
  return { migrationId, correlationId, state, action };
}
