import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';

/** `what` such as `machine shop-web-1` or `wave shop`. */
export function unknownMachine(what: string): Diagnostic {
  return diagnostic({
    code: 'wave-machine-unknown',
    message: `The store has no machine of the ${what}.`,
    fix: 'Run `aws2openstack waves status` to see what there is; a worker takes in what was submitted.',
  });
}
