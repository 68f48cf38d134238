import { endOf } from './retention.js';
import { isOrdered, isRollbackOrdered } from './orders.js';
import { isOverdue, nextWait, phases } from './pace.js';
import { happened } from './step.js';
import type { Step } from './step.js';

/** The order to finalize moves the machine past the point of no return, unless a rollback was ordered before. */
export const checkFinalizeOrder: Step = {
  from: ['CUT_OVER', 'FINALIZING'],
  run: async (call) => {
    const { record, ports } = call;
    if (record.status === 'CUT_OVER' && isRollbackOrdered(record)) return { outcome: { is: 'rollback' } };
    if (!isOrdered(record, 'finalize')) {
      if (isOverdue(phases.finalizeOrder, record.statusSince, ports.now())) return { outcome: { is: 'overdue' } };
      return {
        outcome: { is: 'waiting', waitSeconds: nextWait(phases.finalizeOrder, record.statusSince, ports.now()) },
      };
    }
    await call.save({ status: 'FINALIZING' });
    // From here on the store refuses a rollback; one may have come between the claim and the change of status.
    const now = await ports.store.read(record.migrationId);
    if (now !== undefined && isRollbackOrdered(now))
      return { outcome: { is: 'rollback' }, change: { status: 'CUT_OVER' } };
    return {
      outcome: { is: 'finalize' },
      change: { events: [happened(call, 'intended', 'Finalizing begins; nothing can be rolled back any more.')] },
    };
  },
};

export const finalize: Step = {
  from: ['FINALIZING'],
  run: async (call) => {
    await call.service().finalize(call.machine, call.context);
    return {
      outcome: { is: 'finalized' },
      change: {
        status: 'FINALIZED',
        error: null,
        expiresAt: endOf(call.ports.now()),
        events: [happened(call, 'done', 'The machine is finalized.')],
      },
    };
  },
};
