import { ValidationError } from '../machines/errors.js';
import type { Step } from './step.js';

/** Nothing outside is changed until the machine's service has found its options and prerequisites in order. */
export const validate: Step = {
  from: ['PENDING', 'VALIDATING'],
  run: async (call) => {
    const { appName, rules } = call.record.payload;
    await call.save({ status: 'VALIDATING' });
    if (rules?.after?.includes(appName) === true)
      throw new ValidationError(
        `'rules.after' names ${appName}, the machine's own application, so it would wait for itself.`,
      );
    const service = call.service();
    await service.validate(call.machine, call.context);
    return { outcome: { is: 'valid', service: service.name } };
  },
};
