import { MigrationExecutionError } from '../machines/errors.js';
import { stepMemory } from '../machines/step-memory.js';
import { isRollbackOrdered } from './orders.js';
import { isOverdue, nextWait, phases, shortestWait } from './pace.js';
import { releasePlace, takePlace } from './places.js';
import { happened } from './step.js';
import type { Step, StepCall, StepResult } from './step.js';

/** Starts the copy as soon as the wave has a place for it. */
export const replicate: Step = { from: ['PREPARING', 'REPLICATING'], run: start };

async function start(call: StepCall): Promise<StepResult> {
  if (!(await takePlace(call, 'replications')))
    return {
      outcome: { is: 'waiting', waitSeconds: nextWait(phases.replication, call.record.statusSince, call.ports.now()) },
    };
  await call.service().replicate(call.machine, call.context);
  return {
    outcome: { is: 'started', waitSeconds: shortestWait },
    change: {
      status: 'REPLICATING',
      events: call.record.status === 'REPLICATING' ? [] : [happened(call, 'done', 'The copy has started.')],
    },
  };
}

export const checkReplication: Step = {
  from: ['PREPARING', 'REPLICATING'],
  run: async (call) => {
    const { record, ports } = call;
    if (isRollbackOrdered(record)) return { outcome: { is: 'rollback' } };
    if (isOverdue(phases.replication, record.statusSince, ports.now()))
      throw new MigrationExecutionError(
        record.status === 'REPLICATING'
          ? 'The copy was not complete after 14 days; see the lag and the bandwidth of the service.'
          : 'The wave had no place for another copy for 14 days; raise concurrency.replications or finish other machines.',
      );
    if (record.status === 'PREPARING') {
      const { outcome, change } = await start(call);
      return { outcome: { ...outcome, is: 'waiting' }, ...(change && { change }) };
    }
    const { is, lagSeconds, copiedBytes, totalBytes } = await call.service().replication(call.machine, call.context);
    const memory = { [stepMemory.replication]: { lagSeconds, copiedBytes, totalBytes } };
    if (is === 'waiting') {
      const waitSeconds = nextWait(phases.replication, record.statusSince, ports.now());
      return { outcome: { is, waitSeconds, lagSeconds, copiedBytes, totalBytes }, change: { memory } };
    }
    await releasePlace(call, 'replications');
    return {
      outcome: { is, lagSeconds, copiedBytes, totalBytes },
      change: { memory, events: [happened(call, 'done', 'The copy is complete and follows its source.')] },
    };
  },
};
