import type { Column, Readiness, TableFormat } from '../../assessments/index.js';

export interface TableDifference {
  readonly what: 'schema' | 'format' | 'size' | 'partitions' | 'readiness';
  readonly before: string;
  readonly after: string;
}

/** The fields that are compared. */
export interface ComparedTable {
  readonly columns: readonly Column[];
  readonly partition_columns: readonly Column[];
  readonly table_format: TableFormat;
  readonly estimated_size_bytes: number | null;
  readonly partition_count: number | null;
  readonly migration_readiness: Readiness;
}

/** Empty when both are the same. */
export function differences(before: ComparedTable, after: ComparedTable): TableDifference[] {
  const partitions = ({ partition_columns: keys, partition_count: count }: ComparedTable): string =>
    `${keys.length === 0 ? 'none' : `by ${keys.map(({ name }) => name).join(', ')}`}; ${count ?? 'unknown'}`;
  const [left, right] = schemaDifference(before, after);
  const pairs: TableDifference[] = [
    { what: 'schema', before: left, after: right },
    { what: 'format', before: before.table_format, after: after.table_format },
    { what: 'size', before: bytes(before), after: bytes(after) },
    { what: 'partitions', before: partitions(before), after: partitions(after) },
    { what: 'readiness', before: before.migration_readiness, after: after.migration_readiness },
  ];
  return pairs.filter((pair) => pair.before !== pair.after);
}

function bytes({ estimated_size_bytes: size }: ComparedTable): string {
  return size === null ? 'unknown' : `${size} bytes`;
}

/** Only the columns that differ, such as `id int, note (none)`. */
function schemaDifference(before: ComparedTable, after: ComparedTable): [string, string] {
  const texts = (own: ComparedTable, other: ComparedTable): string => {
    const known = new Set(columnsOf(other).map(columnText));
    const differing = columnsOf(own)
      .map(columnText)
      .filter((text) => !known.has(text));
    return differing.join(', ');
  };
  const [left, right] = [texts(before, after), texts(after, before)];
  if (left !== '' || right !== '') return [left === '' ? '-' : left, right === '' ? '-' : right];
  const order = (own: ComparedTable): string =>
    columnsOf(own)
      .map(({ name }) => name)
      .join(', ');
  return [order(before), order(after)];
}

function columnsOf({ columns, partition_columns }: ComparedTable): Column[] {
  return [...columns, ...partition_columns];
}

function columnText({ name, type, comment }: Column): string {
  return `${name} ${type}${comment === undefined ? '' : ` '${comment}'`}`;
}
