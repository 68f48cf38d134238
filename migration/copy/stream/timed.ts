import type { OnSpent } from '../../../clients/transfer/index.js';
import type { CopyOptions } from '../copy-engine.js';

/** The same transfer, whose requests tell what they spend: waiting is on its side, moving content on the network. */
export function timed<Transfer extends { send(request: never): unknown }>(
  transfer: Transfer,
  side: 'source' | 'target',
  onSpent: CopyOptions['onSpent'],
): Transfer {
  if (onSpent === undefined) return transfer;
  const tell: OnSpent = (phase, ms) => {
    onSpent(phase === 'waiting' ? side : 'network', ms);
  };
  return { ...transfer, send: (request: object) => transfer.send({ ...request, onSpent: tell } as never) };
}
