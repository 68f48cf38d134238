import { CutoverError } from '../machines/errors.js';
import { stepMemory } from '../machines/step-memory.js';
import { isRollbackOrdered } from './orders.js';
import { isOverdue, nextWait, phases, shortestWait } from './pace.js';
import { releasePlace } from './places.js';
import { moveNames } from './move-names.js';
import { happened } from './step.js';
import type { Step } from './step.js';

export const cutOver: Step = {
  from: ['READY', 'CUTTING_OVER'],
  run: async (call) => {
    await call.save({
      status: 'CUTTING_OVER',
      events: call.record.status === 'CUTTING_OVER' ? [] : [happened(call, 'intended', 'The cutover begins.')],
    });
    await call.service().endTest(call.machine, call.context);
    await call.service().cutOver(call.machine, call.context);
    return {
      outcome: { is: 'started', waitSeconds: shortestWait },
      change: { events: [happened(call, 'done', 'The target is being launched.')] },
    };
  },
};

export const checkCutover: Step = {
  from: ['CUTTING_OVER'],
  run: async (call) => {
    const { record, ports } = call;
    if (isRollbackOrdered(record)) return { outcome: { is: 'rollback' } };
    const launch = await call.service().cutover(call.machine, call.context);
    const { is, health, address } = launch;
    if (is === 'failed') throw new CutoverError(`The target did not come up: ${health}`);
    if (is === 'waiting') {
      if (isOverdue(phases.cutover, record.statusSince, ports.now()))
        throw new CutoverError(`The target was not ready after a day: ${health}`);
      return { outcome: { is, waitSeconds: nextWait(phases.cutover, record.statusSince, ports.now()) } };
    }
    const names = await moveNames(call, launch);
    if (names.is === 'waiting') {
      if (isOverdue(phases.cutover, record.statusSince, ports.now()))
        throw new CutoverError(`The DNS records were not active after a day: ${names.what}`);
      return { outcome: { is: 'waiting', waitSeconds: nextWait(phases.cutover, record.statusSince, ports.now()) } };
    }
    await releasePlace(call, 'cutovers');
    return {
      outcome: { is, health },
      change: {
        status: 'CUT_OVER',
        memory: { [stepMemory.target]: { health, address: address ?? null } },
        error: null,
        events: [happened(call, 'done', `The target is ready: ${health}`), ...names.events],
      },
    };
  },
};
