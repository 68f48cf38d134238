import type { Diagnostic } from '../../core/diagnostic.js';
import type { EntryFailure } from './failure.js';

/** How one entry of the manifest ended. */
export interface EntryOutcome {
  readonly key: string;
  /**
   * - `registered`: it was created, or something that it lacked was added.
   * - `unchanged`: it was there as it should be.
   * - `failed`: another attempt may succeed (`retry`), or none can (`stop`).
   * - `blocked`: a person must act first.
   */
  readonly state: 'registered' | 'unchanged' | 'failed' | 'blocked';
  /** `null` of what did not fail. */
  readonly failure: EntryFailure['kind'] | null;
  /** The reason of a failure first, then warnings. */
  readonly diagnostics: readonly Diagnostic[];
  /** `null` of what has none to register. */
  readonly partitions: PartitionCounts | null;
  /** Rows that were loaded in this or an earlier run; `null` of what is not loaded. */
  readonly rowsLoaded: number | null;
}

/** The changes made by this run. */
export interface PartitionCounts {
  readonly registered: number;
  /** Registered elsewhere before, and moved to the source's location. */
  readonly moved: number;
  /** Removed from the metastore, because the source does not list them. Their files stay. */
  readonly removed: number;
  /** Not listed by the source, and kept. */
  readonly unlisted: number;
}

export interface RegistrationReport {
  /** One for each entry, in the manifest's order. */
  readonly outcomes: readonly EntryOutcome[];
  /** Adds up to the number of entries. */
  readonly counts: Readonly<Record<EntryOutcome['state'], number>>;
}

export function reportOf(outcomes: readonly EntryOutcome[]): RegistrationReport {
  const count = (wanted: EntryOutcome['state']): number => outcomes.filter(({ state }) => state === wanted).length;
  return {
    outcomes,
    counts: {
      registered: count('registered'),
      unchanged: count('unchanged'),
      failed: count('failed'),
      blocked: count('blocked'),
    },
  };
}
