import type { EngineAnswer, QueryEngine } from '../validation/engines/query-engine.js';
import type { ComparedColumn, Scan, TableName } from '../validation/sql/scan.js';
import type { Side } from '../validation/values/form.js';
import { formOf } from '../test/support/forms.js';
import { valueOf } from '../test/support/assess-run.js';

/** A column as an expression of `n`, the number of its row from 0, which is a bigint. */
export interface GeneratedColumn {
  readonly name: string;
  readonly type: string;
  readonly sql: string;
}

export const schema = 'bench';
export const partitions = 16;
const partition: GeneratedColumn = { name: 'part', type: 'integer', sql: `CAST(mod(n, ${partitions}) AS integer)` };

const at = "date_add('millisecond', mod(n * 997, 2000000000), TIMESTAMP '2020-01-01 00:00:00.000')";

export const plainColumns: readonly GeneratedColumn[] = [
  { name: 'id', type: 'bigint', sql: 'n' },
  { name: 'quantity', type: 'integer', sql: 'CAST(mod(n * 7919, 10007) AS integer)' },
  { name: 'price', type: 'double', sql: 'mod(n * 104729, 1000003) / 7e0' },
  {
    name: 'amount',
    type: 'decimal(18,2)',
    sql: "CAST(mod(n * 1299709, 1000000007) / DECIMAL '100.00' AS decimal(18,2))",
  },
  { name: 'name', type: 'varchar', sql: 'to_hex(xxhash64(to_big_endian_64(n)))' },
  { name: 'note', type: 'varchar', sql: "IF(mod(n, 50) = 0, NULL, 'note ' || CAST(mod(n, 1000) AS varchar))" },
  { name: 'day', type: 'date', sql: "date_add('day', mod(n, 3650), DATE '2015-01-01')" },
  { name: 'at', type: 'timestamp(3)', sql: `CAST(${at} AS timestamp(3))` },
];

/** The plain ones, again and again. */
export const wideColumns: readonly GeneratedColumn[] = Array.from({ length: 38 }, (_, copy) =>
  plainColumns.map(({ name, type, sql }) => ({
    name: `${name}_${copy}`,
    type,
    sql: sql.replaceAll(/\bn\b/g, `(n + ${copy})`),
  })),
)
  .flat()
  .slice(0, 300);

export const nestedColumns: readonly GeneratedColumn[] = [
  { name: 'id', type: 'bigint', sql: 'n' },
  { name: 'list', type: 'array(bigint)', sql: 'ARRAY[n, mod(n, 7), NULL, mod(n, 3)]' },
  {
    name: 'pairs',
    type: 'map(varchar, bigint)',
    sql: "MAP(ARRAY['a', 'b', 'key ' || CAST(mod(n, 100) AS varchar)], ARRAY[n, NULL, mod(n, 5)])",
  },
  {
    name: 'person',
    type: 'row(a bigint, b varchar)',
    sql: "CAST(ROW(n, 'name ' || CAST(mod(n, 1000) AS varchar)) AS row(a bigint, b varchar))",
  },
];

/** A table of both sides: Hive with Parquet at the source, Iceberg at the target, in 16 partitions of equal size. */
export interface BenchTable {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly GeneratedColumn[];
}

export const table = (side: Side, name: string): TableName => ({
  catalog: side === 'source' ? 'hive' : 'iceberg',
  schema,
  table: name,
});

/** One partition after the other: so writers need the memory of one. */
export async function createTable(engine: QueryEngine, side: Side, { name, rows, columns }: BenchTable): Promise<void> {
  const all = [...columns, partition];
  const { catalog } = table(side, name);
  const properties =
    side === 'source' ? `format = 'PARQUET', partitioned_by = ARRAY['part']` : `partitioning = ARRAY['part']`;
  const values = all.map((column) => `${column.sql} AS ${column.name}`).join(', ');
  const rowsOf = (part: number): string =>
    `SELECT ${values} FROM (SELECT sequential_number AS n ` +
    `FROM TABLE(sequence(start => ${part}, stop => ${rows - 1}, step => ${partitions})))`;
  await asked(engine, `CREATE TABLE ${catalog}.${schema}.${name} WITH (${properties}) AS ${rowsOf(0)}`);
  for (let part = 1; part < partitions; part += 1)
    await asked(engine, `INSERT INTO ${catalog}.${schema}.${name} ${rowsOf(part)}`);
}

export function scanOf(side: Side, { name, columns }: BenchTable): Scan {
  const compared = ({ name: column, type }: GeneratedColumn): ComparedColumn => ({
    name: { source: column, target: column },
    form: formOf(type, type === 'timestamp(3)' ? 'timestamp(6)' : type),
  });
  return {
    side,
    table: table(side, name),
    columns: [...columns, partition].map(compared),
    partitionColumns: [compared(partition)],
  };
}

/** `checksum` of each column, which is blind to values that rows exchange. */
export function checksums(side: Side, { name, columns }: BenchTable): string {
  const { catalog } = table(side, name);
  const each = [...columns, partition].map((column) => `checksum(${column.name})`);
  return `SELECT count(*), ${each.join(', ')} FROM ${catalog}.${schema}.${name}`;
}

export async function asked(engine: QueryEngine, sql: string): Promise<EngineAnswer> {
  return valueOf(await engine.query(sql));
}
