import { TransientError } from '../machines/errors.js';
import { machineStatuses } from '../machines/machine-record.js';
import type { MachineStatus, NewMachineEvent } from '../machines/machine-record.js';
import type { Notification, NotificationType } from './ports.js';
import { isRollbackOrdered } from './orders.js';
import { releasePlace } from './places.js';
import { endOf } from './retention.js';
import type { Step, StepCall } from './step.js';

/** Of notifications that were delivered: name of the notifier, then the type. */
const delivered = (notifier: string, type: NotificationType): string => `step.notified.${notifier}.${type}`;

/** The state machine is at this end: the status says so, whether or not anybody can be told. */
export const notifyRejected = ending('machine.rejected', 'REJECTED');
export const notifyRollbackFailed = ending('machine.rollback-failed', 'ROLLBACK_FAILED');
export const notifyNeedsAttention = ending('machine.needs-attention', 'NEEDS_ATTENTION');
export const notifyCutOver = telling('machine.cut-over', 'CUT_OVER');
export const notifyFinalized = telling('machine.finalized', 'FINALIZED');
export const notifyRolledBack = telling('machine.rolled-back', 'ROLLED_BACK');

function telling(type: NotificationType, status: MachineStatus): Step {
  return { from: machineStatuses, recordsFailures: true, run: (call) => deliver(call, type, status) };
}

function ending(type: NotificationType, status: MachineStatus): Step {
  return {
    from: machineStatuses,
    recordsFailures: true,
    run: async (call) => {
      const { record, input, ports } = call;
      if (record.status !== status) {
        await releasePlace(call, 'replications');
        await releasePlace(call, 'cutovers');
        const { error } = input;
        await call.save({
          status,
          ...(record.error === null &&
            error !== undefined && { error: { name: error.Error, message: error.Cause ?? error.Error } }),
          expiresAt: endOf(ports.now()),
        });
      }
      return await deliver(call, type, status);
    },
  };
}

async function deliver(call: StepCall, type: NotificationType, status: MachineStatus): ReturnType<Step['run']> {
  const { record, ports, input } = call;
  const notification = notificationOf(call, type, status);
  const events: NewMachineEvent[] = [];
  const memory: Record<string, true> = {};
  let again = false;
  for (const notifier of ports.notifiers) {
    const key = delivered(notifier.name, type);
    if (record.memory[key] === true || notifier.wants?.(notification, call.machine) === false) continue;
    try {
      await notifier.notify(notification, call.context.signal, call.machine);
      memory[key] = true;
      events.push({ kind: 'notified', state: input.state, message: `${notifier.name} was told: ${type}` });
    } catch (error) {
      again ||= error instanceof TransientError;
      const reason = error instanceof Error ? error.message : String(error);
      events.push({ kind: 'notification-failed', state: input.state, message: `${notifier.name}: ${reason}` });
    }
  }
  // Whoever orders a rollback does not wait for a receiver that does not answer.
  if (again && !(type === 'machine.cut-over' && isRollbackOrdered(record))) {
    await call.save({ memory, events });
    throw new TransientError('Not everybody could be told yet.');
  }
  return { outcome: { is: 'told' }, change: { memory, events } };
}

function notificationOf({ record, ports }: StepCall, type: NotificationType, status: MachineStatus): Notification {
  const { migrationId, correlationId, appName, wave, payload, error } = record;
  const isFailure = type !== 'machine.cut-over' && type !== 'machine.finalized';
  return {
    id: `${migrationId}.${type}`,
    type,
    at: ports.now().toISOString(),
    migrationId,
    correlationId,
    appName,
    wave,
    environment: payload.environment,
    targetVmName: payload.targetVmName,
    status,
    ...(isFailure && error !== null && { error }),
    ...(payload.callbackUrl !== undefined && { callbackUrl: payload.callbackUrl }),
  };
}
