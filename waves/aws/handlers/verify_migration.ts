import { stepHandler } from '../step-handler.js';
import { withMgn } from '../with-mgn.js';

export const handler = stepHandler(
  ['check-replication', 'check-test', 'check-cutover-order', 'check-cutover', 'check-finalize-order'],
  withMgn,
);
