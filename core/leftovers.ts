import { diagnostic } from './diagnostic.js';
import type { Diagnostic } from './diagnostic.js';

/** Something outside of this process that it has made, and that remains when it ends at once. */
export interface Leftover {
  /** A noun with its name and place, such as `The bucket a2o-probe-1 at https://rgw.acme.example`. */
  readonly what: string;
  /** The command that removes it or goes on with it. */
  readonly fix: string;
}

const held = new Set<Leftover>();

/** Names it to whoever interrupts the command. Returns what forgets it, once it is removed. */
export function holdLeftover(leftover: Leftover): () => void {
  held.add(leftover);
  return () => void held.delete(leftover);
}

/** A warning for each; by default for all that are held, oldest first. */
export function leftoverWarnings(leftovers: Iterable<Leftover> = held): readonly Diagnostic[] {
  return [...leftovers].map(({ what, fix }) =>
    diagnostic({ code: 'left-behind', severity: 'warning', message: `${what} remains.`, fix }),
  );
}
