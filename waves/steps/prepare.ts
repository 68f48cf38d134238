import { happened } from './step.js';
import type { Step } from './step.js';

export const prepare: Step = {
  from: ['VALIDATING', 'PREPARING'],
  run: async (call) => {
    await call.save({ status: 'PREPARING' });
    await call.service().prepare(call.machine, call.context);
    return { outcome: { is: 'prepared' }, change: { events: [happened(call, 'done', 'The source is prepared.')] } };
  },
};
