import { printable } from '../../core/diagnostic.js';
import type { HoldOptions } from '../../migration/cutover/index.js';
import type { CliIo } from '../io.js';
import { reasonOf } from './view.js';

/** Prints what happens, while it happens. */
export function follower({ stderr }: CliIo): Pick<HoldOptions, 'onEvent' | 'onWait'> {
  return {
    onEvent: (event) => {
      const who = event.actor === null ? '' : ` by ${event.actor}`;
      const reason = reasonOf(event);
      stderr.write(printable(`${event.step}: ${event.event}${who}${reason === undefined ? '' : `: ${reason}`}`) + '\n');
    },
    onWait: (holder) => {
      stderr.write(`Waiting until the lease of another process ends (${printable(holder)})\n`);
    },
  };
}
