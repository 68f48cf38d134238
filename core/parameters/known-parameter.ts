/** The reader of a table's files, which decides which parameters matter. The `spark-…` ones are Spark's data sources. */
export const readers = [
  'text',
  'csv',
  'regex',
  'json',
  'openx-json',
  'avro',
  'orc',
  'parquet',
  'iceberg',
  'spark-csv',
  'spark-json',
  'spark-text',
  'spark-parquet',
  'spark-orc',
  'spark-avro',
] as const;

export type Reader = (typeof readers)[number];

/** Where Glue keeps parameters. Those of table and SerDe are read as one map, see `mergedParameters`. */
export type Place = 'table or SerDe' | 'partition' | 'column' | 'database';

/** The fate of a parameter at the target. Texts are for users: clauses, `fix` a sentence. */
export type Fate =
  /** Trino reads the same: by a table property of that name, or, as `extra_properties`, under its own name. */
  | { readonly kind: 'carried'; readonly as: string }
  | { readonly kind: 'harmless'; readonly why: string }
  | { readonly kind: 'remark'; readonly changes: string; readonly fix: string }
  /** The table is blocked; follows `its parameter name=value`. */
  | { readonly kind: 'blocked'; readonly why: string };

export interface KnownParameter {
  /** In full; `*` stands for any text. */
  readonly name: string;
  /** @default table or SerDe */
  readonly place?: Place;
  /** Readers that it matters to; it changes nothing for others. @default all */
  readonly readers?: readonly Reader[];
  /** Values with which it changes nothing. */
  readonly harmlessValues?: RegExp;
  readonly fate: Fate;
}

export function carried(as: string): Fate {
  return { kind: 'carried', as };
}

export function harmless(why: string): Fate {
  return { kind: 'harmless', why };
}

export function remark(changes: string, fix: string): Fate {
  return { kind: 'remark', changes, fix };
}

export function blocked(why: string): Fate {
  return { kind: 'blocked', why };
}
