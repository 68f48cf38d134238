import type { GlueJson } from '../../support/glue-stub.js';
import type { Rows } from '../../support/generated-rows.js';

/** A Glue table, the files at its location, and what must become of it. */
export interface CorpusCase {
  /** The table's name; unique, a Hive identifier. */
  readonly id: string;
  /** Writes what no file of the case can; its result is part of the place from then on. */
  readonly prepare?: (place: Place, id: string, query: (sql: string) => Promise<Rows>) => Promise<string>;
  /** The entry of GetTables at this place, without its name. */
  readonly table: (place: Place) => GlueJson;
  /** The entries of GetPartitions. */
  readonly partitions?: (place: Place) => readonly GlueJson[];
  /** Of its files, keys are relative to the table's location. */
  readonly files?: readonly CorpusFile[];
  readonly expected: Expected;
}

export interface Place {
  readonly database: string;
  readonly bucket: string;
  /** Ends with a slash. */
  readonly location: string;
  /** What `prepare` returned. */
  readonly metadata?: string;
}

export interface Expected {
  /** What `SELECT *` returns, in any order, as Trino's client shows it; absent where nothing is read. */
  readonly rows?: Rows;
  /** Other queries; `TABLE` stands for the table's name. */
  readonly queries?: readonly { readonly sql: string; readonly rows: Rows }[];
  /**
   * Why it cannot be mapped. With `rows`, either is right: it is mapped and answers so, or it is blocked for this reason.
   */
  readonly blocked?: RegExp;
  /** What a remark must say when it is mapped. */
  readonly remarks?: readonly RegExp[];
}

/** A file for `write_files.py`. */
export type CorpusFile = TextFile | ColumnarFile | AvroFile;

interface TextFile {
  readonly key: string;
  readonly kind: 'text';
  readonly text: string;
  /** Of Python. @default utf-8 */
  readonly encoding?: string;
  readonly codec?: 'gzip' | 'bz2' | 'zstd' | 'snappy' | 'lz4';
}

interface ColumnarFile {
  /** With `{bucket}` or `{spark}` for the number of a bucket. */
  readonly key: string;
  readonly kind: 'parquet' | 'orc';
  /** Hive types by the names that the file has. */
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: Rows;
  /** Of timestamps. @default us */
  readonly unit?: 'ms' | 'us' | 'ns' | 's';
  readonly int96?: boolean;
  readonly compression?: string;
  readonly buckets?: {
    readonly by: readonly string[];
    readonly count: number;
    readonly hash: 'hive-1' | 'hive-2' | 'spark';
  };
}

interface AvroFile {
  readonly key: string;
  readonly kind: 'avro';
  readonly schema: GlueJson;
  readonly rows: Rows;
  readonly codec?: 'deflate';
}
