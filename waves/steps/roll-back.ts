import { machineStatuses } from '../machines/machine-record.js';
import { releasePlace } from './places.js';
import { endOf } from './retention.js';
import { happened } from './step.js';
import type { Step } from './step.js';

const never = ['PENDING', 'FINALIZING', 'FINALIZED', 'REJECTED', 'ROLLED_BACK'];

/** The source runs again. What could not be restored is recorded with the reason. */
export const rollBack: Step = {
  from: machineStatuses.filter((status) => !never.includes(status)),
  run: async (call) => {
    const { input, record } = call;
    const why =
      input.error === undefined ? 'a failure' : [input.error.Error, input.error.Cause].filter(Boolean).join(': ');
    await call.save({
      status: 'ROLLING_BACK',
      events:
        record.status === 'ROLLING_BACK' ? [] : [happened(call, 'intended', `The rollback begins, because of ${why}`)],
    });
    const { restored, notRestored } = await call.service().rollBack(call.machine, call.context);
    await releasePlace(call, 'replications');
    await releasePlace(call, 'cutovers');
    return {
      outcome: {
        is: notRestored.length === 0 ? 'rolled-back' : 'partly',
        restored: restored.length,
        notRestored: notRestored.length,
      },
      change: {
        status: 'ROLLED_BACK',
        expiresAt: endOf(call.ports.now()),
        events: [
          ...restored.map((what) => happened(call, 'restored', what)),
          ...notRestored.map(({ what, why: reason }) => ({
            kind: 'not-restored' as const,
            state: input.state,
            message: `${what}: ${reason}`,
          })),
        ],
      },
    };
  },
};
