import type { ValidationType } from '../../state/schema/tables.js';
import { columnOf } from '../sql/scan.js';
import type { ComparedColumn, Scan } from '../sql/scan.js';
import type { Side } from '../values/form.js';

export type MutationKind = 'drop' | 'double' | 'null' | 'truncate' | 're-pair' | 'move';

/** One change to one row of the table, made by the query that reads it. */
export interface Mutation {
  /** From 1; 0 is the table as it is. */
  readonly number: number;
  readonly kind: MutationKind;
  /** At the source; `null` for whole rows. */
  readonly column: string | null;
}

/** Each kind is tried on so many columns. */
const columnsOfKind = 3;

/** The mutations that the columns of this table allow. */
export function mutationsOf({
  columns,
  partitionColumns,
}: Pick<Scan, 'columns' | 'partitionColumns'>): readonly Mutation[] {
  const isKey = (column: ComparedColumn): boolean =>
    partitionColumns.some(({ name }) => name.source === column.name.source);
  const data = columns.filter((column) => !isKey(column));
  const texts = data.filter(({ form }) => form.kind === 'text');
  const on = (kind: MutationKind, list: readonly ComparedColumn[]): readonly Omit<Mutation, 'number'>[] =>
    list.slice(0, columnsOfKind).map(({ name }) => ({ kind, column: name.source }));
  return [
    { kind: 'drop' as const, column: null },
    { kind: 'double' as const, column: null },
    ...on('null', data),
    ...on('truncate', texts),
    ...on('re-pair', data.length > 1 ? data : []),
    ...on('move', partitionColumns),
  ].map((mutation, index) => ({ number: index + 1, ...mutation }));
}

/** The mutations that each check must see. What it cannot see by its nature is in `docs/validation.md`. */
export const mustSee: Readonly<Partial<Record<ValidationType, readonly MutationKind[]>>> = {
  row_count: ['drop', 'double'],
  partition: ['drop', 'double', 'move'],
  checksum: ['drop', 'double', 'null', 'truncate', 're-pair', 'move'],
  statistics: ['drop', 'double', 'null', 'truncate'],
};

/** The column of that place in the other row. */
export function otherName(index: number): string {
  return `"$other${index + 1}"`;
}

/** The value of a column in the mutation `$m`; `$is_victim` marks the row. */
export function mutatedValue(
  column: ComparedColumn,
  index: number,
  mutations: readonly Mutation[],
  side: Side,
): string {
  const name = columnOf(column, side);
  const own = mutations.filter((mutation) => mutation.column === column.name.source);
  if (own.length === 0) return name;
  const cases = own.map(
    ({ number, kind }) => `WHEN "$is_victim" AND "$m" = ${number} THEN ${changed(kind, name, index)}`,
  );
  return `CASE ${cases.join(' ')} ELSE ${name} END`;
}

function changed(kind: MutationKind, name: string, index: number): string {
  switch (kind) {
    case 'truncate':
      return `substr(${name}, 1, length(${name}) - 1)`;
    case 're-pair':
      return otherName(index);
    case 'null':
    case 'move':
    case 'drop':
    case 'double':
      return 'NULL';
  }
}
