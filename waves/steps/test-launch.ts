import { VerificationError } from '../machines/errors.js';
import { stepMemory } from '../machines/step-memory.js';
import { isRollbackOrdered, isTestOrdered, obeyedTests, testOrders } from './orders.js';
import { isOverdue, nextWait, phases, shortestWait } from './pace.js';
import { happened } from './step.js';
import type { Step } from './step.js';

/** A copy in an isolated network, where the rules want it or somebody ordered it. */
export const test: Step = {
  from: ['REPLICATING', 'READY', 'TESTING'],
  run: async (call) => {
    const { record } = call;
    if (record.payload.rules?.test === false && !isTestOrdered(record) && record.status !== 'TESTING')
      return { outcome: { is: 'skipped' }, change: { status: 'READY' } };
    await call.save({ status: 'TESTING', memory: { [obeyedTests]: testOrders(record) } });
    await call.service().launchTest(call.machine, call.context);
    return {
      outcome: { is: 'started', waitSeconds: shortestWait },
      change: { events: [happened(call, 'done', 'The test launch has started.')] },
    };
  },
};

/** The copy keeps running, so that people can look at it, until another test or the cutover begins. */
export const checkTest: Step = {
  from: ['TESTING'],
  run: async (call) => {
    const { record, ports } = call;
    if (isRollbackOrdered(record)) return { outcome: { is: 'rollback' } };
    const { is, health, address } = await call.service().testLaunch(call.machine, call.context);
    if (is === 'failed') throw new VerificationError(`The test launch failed: ${health}`);
    if (is === 'waiting') {
      if (isOverdue(phases.test, record.statusSince, ports.now()))
        throw new VerificationError(`The test launch was not ready after a day: ${health}`);
      return { outcome: { is, waitSeconds: nextWait(phases.test, record.statusSince, ports.now()) } };
    }
    return {
      outcome: { is, health },
      change: {
        status: 'READY',
        memory: { [stepMemory.test]: { health, address: address ?? null } },
        events: [happened(call, 'done', `The test launch is ready: ${health}`)],
      },
    };
  },
};
