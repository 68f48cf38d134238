import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';

/** `what` such as `machine shop-web-1` or `wave shop`, of which there is no machine. */
export function unknownMachine(what: string): Diagnostic {
  return diagnostic({
    code: 'wave-machine-unknown',
    message: `The store does not have the ${what}.`,
    fix: 'Run `aws2openstack waves status` to see what there is. Submitted machines are there as soon as a worker runs (`aws2openstack waves worker`).',
  });
}
