import { dnsMemoryOf } from '../dns/dns-memory.js';
import { restoreRecords } from '../dns/restore-records.js';
import { machineStatuses } from '../machines/machine-record.js';
import type { Json } from '../machines/machine-record.js';
import { stepMemory } from '../machines/step-memory.js';
import type { RolledBack } from '../services/migration-service.js';
import { releasePlace } from './places.js';
import { endOf } from './retention.js';
import { happened } from './step.js';
import type { Step, StepCall } from './step.js';

/** Once, so that a DNS service that does not answer does not have the machine rolled back again. */
async function rollBackMachine(call: StepCall): Promise<RolledBack> {
  const { context } = call;
  const known = context.memory()[stepMemory.rolledBack];
  if (known !== undefined) return known as unknown as RolledBack;
  const rolledBack = await call.service().rollBack(call.machine, context);
  if (dnsMemoryOf(context.memory()) !== undefined)
    await call.save({ memory: { [stepMemory.rolledBack]: rolledBack as unknown as Json } });
  return rolledBack;
}

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
    const machine = await rollBackMachine(call);
    const names = await restoreRecords(call.ports.dns, call.context);
    const restored = [...machine.restored, ...names.restored];
    const notRestored = [...machine.notRestored, ...names.notRestored];
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
