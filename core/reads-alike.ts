import { parseHiveType } from './hive-type.js';
import type { HiveType } from './hive-type.js';

/** Name and type of a column in a partition, beside those in the table. */
export interface OtherColumn {
  readonly name: string;
  readonly type: string;
  readonly typeInTable: string;
}

type Columns = readonly { readonly name: string; readonly type: string }[];

/**
 * The first column of a partition that gives other values when it is read with the table's type: Athena reads a partition
 * with the columns that Glue has for it, and Trino, after `register_partition`, with the table's.
 *
 * @param byName whether the reader finds columns by their names, as that of Parquet, Avro and JSON does, or by their places
 */
export function otherColumn(table: Columns, partition: Columns, byName: boolean): OtherColumn | undefined {
  const inTable = new Map(table.map((column) => [column.name.toLowerCase(), column]));
  for (const [index, { name, type }] of partition.entries()) {
    const counterpart = byName ? inTable.get(name.toLowerCase()) : table[index];
    if (counterpart !== undefined && !readsAlike(type, counterpart.type))
      return { name, type, typeInTable: counterpart.type };
  }
  return undefined;
}

function readsAlike(written: string, read: string): boolean {
  const [one, other] = [parseHiveType(written), parseHiveType(read)];
  // A type that cannot be read has its own reason.
  return !one.ok || !other.ok || isAlike(one.value, other.value);
}

/** From the narrowest: a value of one is the same in those behind it. */
const widenings = [
  ['tinyint', 'byte'],
  ['smallint', 'short'],
  ['int', 'integer'],
  ['bigint', 'long'],
];
const synonyms = [['string', 'varchar', 'char'], ['float'], ['double']];

function isAlike(written: HiveType, read: HiveType): boolean {
  if (written.kind === 'struct' && read.kind === 'struct') {
    const fields = new Map(read.fields.map(({ name, type }) => [name.toLowerCase(), type]));
    return written.fields.every(({ name, type }) => {
      const counterpart = fields.get(name.toLowerCase());
      return counterpart === undefined || isAlike(type, counterpart);
    });
  }
  if (written.kind === 'array' && read.kind === 'array') return isAlike(written.element, read.element);
  if (written.kind === 'map' && read.kind === 'map')
    return isAlike(written.key, read.key) && isAlike(written.value, read.value);
  if (written.kind === 'decimal' && read.kind === 'decimal')
    return written.scale === read.scale && written.precision <= read.precision;
  const [a, b] = [nameOf(written), nameOf(read)];
  if (a === b || synonyms.some((names) => names.includes(a) && names.includes(b))) return true;
  if (a === 'float' && b === 'double') return true;
  const [narrow, wide] = [a, b].map((name) => widenings.findIndex((names) => names.includes(name))) as [number, number];
  return narrow >= 0 && narrow <= wide;
}

function nameOf(type: HiveType): string {
  return type.kind === 'primitive' ? type.name : type.kind;
}
