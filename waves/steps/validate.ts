import { checkNames } from '../dns/check-names.js';
import { ValidationError } from '../machines/errors.js';
import type { Step } from './step.js';

/** Nothing outside is changed until the machine's service has found its options and prerequisites in order. */
export const validate: Step = {
  from: ['PENDING', 'VALIDATING'],
  run: async (call) => {
    const { payload } = call.record;
    const { appName, rules } = payload;
    await call.save({ status: 'VALIDATING' });
    if (rules?.after?.includes(appName) === true)
      throw new ValidationError(
        `'rules.after' names ${appName}, the machine's own application, so it would wait for itself.`,
      );
    const service = call.service();
    await service.validate(call.machine, call.context);
    await checkNames(call.ports.dns, payload, call.context.signal);
    return { outcome: { is: 'valid', service: service.name } };
  },
};
