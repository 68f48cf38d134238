import type { TableContent } from './table-content.js';

/** How far an entry of the manifest has come, as a row; plain JSON. */
export interface EntryRecord {
  /** Of the manifest's entry. A record with another one is of other work. */
  readonly idempotencyKey: string;
  readonly state: 'begun' | 'done' | 'failed' | 'blocked';
  readonly progress: EntryProgress;
  /** Why it failed or is blocked. */
  readonly reason: string | null;
}

export interface EntryProgress {
  /** SHA-256 of what Trino showed of each table and view after it was created, by qualified name. */
  readonly definitions: Readonly<Record<string, string>>;
  /** `null` before the first batch. */
  readonly partitions: PartitionProgress | null;
  /** `null` before the first statement that loads. */
  readonly load: LoadProgress | null;
  /** Of a conversion in place; `null` before the Hive table was read. */
  readonly inPlace: InPlaceProgress | null;
}

/** The partitions that were registered, in the order in which the source lists them. */
export interface PartitionProgress {
  readonly lines: number;
  /** SHA-256 over these lines: another list starts over. */
  readonly hash: string;
}

export interface LoadProgress {
  /** `loading` is stored before the statement runs: whether it was committed, the table's snapshots tell. */
  readonly state: 'loading' | 'loaded';
  /** Of the batch, from 0; of `loaded`, their number. */
  readonly index: number;
  /** Batches of partitions. */
  readonly total: number;
  /** SHA-256 over the partitions: other ones begin other batches. */
  readonly hash: string;
  /** The table's snapshot before that batch; `null` without one. 64 bits, as text. */
  readonly snapshotBefore: string | null;
  /** Rows that the batches before it loaded; of `loaded`, all of them. */
  readonly rows: number;
}

export interface InPlaceProgress {
  /** Of the Hive table. */
  readonly content: TableContent;
  /** The Iceberg table's metadata file; `null` before the table was migrated and compared. */
  readonly metadata: string | null;
  /** Whether the Hive Metastore has the table no more. */
  readonly isForgotten: boolean;
}

export const noProgress: EntryProgress = { definitions: {}, partitions: null, load: null, inPlace: null };

/**
 * Where the state of entries is kept. A record that was saved is there after a crash; two registrars never have the same
 * entry at the same time (the job's fence sees to it).
 */
export interface EntryLedger {
  get(key: string): Promise<EntryRecord | undefined>;
  /** Replaces the entry's record. Throws when this process may no longer write. */
  save(key: string, record: EntryRecord): Promise<void>;
}

/** For programs that begin with an empty lakehouse and end before anything else may register tables in it. */
export function memoryLedger(): EntryLedger {
  const records = new Map<string, EntryRecord>();
  return {
    get: (key) => Promise.resolve(records.get(key)),
    save: (key, record) => {
      records.set(key, structuredClone(record));
      return Promise.resolve();
    },
  };
}
