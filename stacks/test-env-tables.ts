import { readFileSync } from 'node:fs';
import type { GlueColumn, GlueTableFormat } from '../constructs/aws/glue-catalog/index.js';

export interface TestTable {
  readonly name: string;
  readonly format: GlueTableFormat;
  readonly columns: readonly GlueColumn[];
  readonly partitionKeys: readonly GlueColumn[];
  /** Values of the partition keys. */
  readonly partitions: readonly (readonly string[])[];
  /** Iceberg only: the current metadata below the table's folder, as the data generator names it. */
  readonly metadata: string | undefined;
}

export interface TestDatabase {
  readonly name: string;
  readonly description: string;
  /** Below the bucket. */
  readonly folder: string;
  readonly tables: readonly TestTable[];
}

type TablesFile = Readonly<
  Record<
    string,
    {
      readonly folder: string;
      readonly description: string;
      readonly tables: Readonly<
        Record<
          string,
          {
            readonly format: GlueTableFormat;
            readonly columns: readonly NameAndType[];
            readonly partitionKeys?: readonly NameAndType[];
            readonly partitions?: readonly (readonly string[])[];
            readonly metadata?: string;
          }
        >
      >;
    }
  >
>;

type NameAndType = readonly [name: string, type: string];

/** The contents of the test environment. The data generator reads the same file. */
export const testDatabases: readonly TestDatabase[] = Object.entries(
  JSON.parse(readFileSync(new URL('test-env-tables.json', import.meta.url), 'utf8')) as TablesFile,
).map(([name, { folder, description, tables }]) => ({
  name,
  description,
  folder,
  tables: Object.entries(tables).map(([table, { format, columns, partitionKeys = [], partitions = [], metadata }]) => ({
    name: table,
    format,
    columns: columns.map(toColumn),
    partitionKeys: partitionKeys.map(toColumn),
    partitions,
    metadata,
  })),
}));

function toColumn([name, type]: NameAndType): GlueColumn {
  return { name, type };
}
