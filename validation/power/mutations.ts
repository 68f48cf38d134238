import type { ComparedColumn } from '../sql/scan.js';
import { widestSum } from '../sql/statistics.js';
import type { Form } from '../values/form.js';
import { shiftedValue } from './changed-value.js';

export type MutationKind =
  /** A row is lost. */
  | 'drop'
  /** A row is there twice. */
  | 'double'
  /** A row is added to a table without rows. */
  | 'add'
  /** A value becomes NULL. */
  | 'null'
  /** A text loses its last character. */
  | 'truncate'
  /** A value changes as little as its type allows: an integer by 1, a double by its last bit, a date by a day. */
  | 'shift'
  /** An array loses its last element, a map an entry, a row its first field. */
  | 'lose-inner'
  /** The elements of an array are in another order. */
  | 'reorder'
  /** Two rows exchange a value, so that each column has the same values as before. */
  | 're-pair'
  /** A row is in another partition. */
  | 'move';

/** Checks that mutations are shown to. Test queries and schemas have their own. */
export type MutatedCheck = 'row_count' | 'partition' | 'checksum' | 'statistics' | 'sample';

/** One change to the table, made by the query that reads it. */
export interface Mutation {
  /** From 1; 0 is the table as it is. */
  readonly number: number;
  readonly kind: MutationKind;
  /** At the source; `null` for whole rows. */
  readonly column: string | null;
  /** The checks that must see it. `docs/validation.md` says what each cannot see by its nature. */
  readonly mustBeSeenBy: readonly MutatedCheck[];
}

const wholeRow: readonly MutatedCheck[] = ['row_count', 'partition', 'checksum', 'statistics', 'sample'];
const oneValue: readonly MutatedCheck[] = ['checksum', 'sample'];
const oneFigure: readonly MutatedCheck[] = [...oneValue, 'statistics'];

export interface MutatedColumns {
  /** Those that are mutated. */
  readonly columns: readonly ComparedColumn[];
  readonly partitionColumns: readonly ComparedColumn[];
  /** Rows are dropped and doubled, too. */
  readonly hasWholeRows: boolean;
}

/** Every mutation that these columns allow. */
export function mutationsOf({ columns, partitionColumns, hasWholeRows }: MutatedColumns): readonly Mutation[] {
  const keys = new Set(partitionColumns.map(({ name }) => name.source));
  const whole = hasWholeRows ? (['drop', 'double'] as const) : [];
  return [
    ...whole.map((kind) => ({ kind, column: null, mustBeSeenBy: wholeRow })),
    ...columns.flatMap((column) =>
      keys.has(column.name.source) ? [moved(column)] : mutationsOfColumn(column, columns.length > 1),
    ),
  ].map((mutation, index) => ({ number: index + 1, ...mutation }));
}

type Unnumbered = Omit<Mutation, 'number'>;

function moved({ name }: ComparedColumn): Unnumbered {
  return { kind: 'move', column: name.source, mustBeSeenBy: ['partition', ...oneValue] };
}

function mutationsOfColumn({ name, form }: ComparedColumn, hasOthers: boolean): readonly Unnumbered[] {
  const of = (kind: MutationKind, mustBeSeenBy: readonly MutatedCheck[]): Unnumbered => {
    return { kind, column: name.source, mustBeSeenBy };
  };
  return [
    of('null', oneFigure),
    ...(form.kind === 'text' ? [of('truncate', oneFigure)] : []),
    ...(shiftedValue('v', form) === undefined ? [] : [of('shift', isSummed(form) ? oneFigure : oneValue)]),
    ...(['array', 'map', 'row'].includes(form.kind)
      ? [of('lose-inner', form.kind === 'row' ? oneValue : oneFigure)]
      : []),
    ...(form.kind === 'array' && form.isOrdered ? [of('reorder', oneValue)] : []),
    ...(hasOthers ? [of('re-pair', oneValue)] : []),
  ];
}

/** A figure of the statistics is a sum or a count of its values; of the others there are only the extremes. */
function isSummed(form: Form): boolean {
  return (
    ['boolean', 'integer', 'binary'].includes(form.kind) || (form.kind === 'decimal' && form.precision <= widestSum)
  );
}
