import { storeTables } from '../schema/store-tables.js';

/**
 * The file is compressed with gzip and has one JSON document per line: the header, then `{"<table>":<row>}` for each row
 * in the order of `transferTables`, then the trailer. Rows are the database's own JSON text, so that no number or time
 * loses a digit; a `jsonb` value is its text.
 */
export interface Header {
  readonly kind: typeof fileKind;
  readonly format: number;
  /** Names of the migrations that were applied to the store. */
  readonly schema: readonly string[];
  /** Version of the queue's own schema. */
  readonly queue_schema: number;
  readonly tool_version: string;
  /** ISO 8601. The only content that differs between two exports of the same store. */
  readonly exported_at: string;
}

export interface Trailer {
  readonly end: {
    readonly rows: RowCounts;
    /** Of all bytes before the trailer's line. */
    readonly sha256: string;
  };
}

/** By table; every table is included. */
export type RowCounts = Readonly<Record<string, number>>;

export interface TransferProgress {
  readonly table: string;
  /** Of all tables so far. */
  readonly rows: number;
}

export const fileKind = 'aws2openstack-state';
export const fileFormat = 1;

interface TransferTable {
  readonly name: string;
  /** Columns with their own value in the file: SQL by name. */
  readonly replaced?: Readonly<Record<string, string>>;
}

/** Each table after those that it refers to. The queue's own maintenance data (statistics, warnings) is not exported. */
export const transferTables: readonly TransferTable[] = [
  ...storeTables.map((name) => ({ name })),
  {
    name: 'pgboss.queue',
    // A queue's jobs may be in their own partition; that is a matter of the server, not of the queue.
    replaced: { partition: 'false', table_name: "'job_common'" },
  },
  { name: 'pgboss.job' },
  { name: 'pgboss.job_dependency' },
  { name: 'pgboss.schedule' },
  { name: 'pgboss.subscription' },
];
