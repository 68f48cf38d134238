import { stringifyExactly } from '../../clients/trino/index.js';
import { compareText } from '../../core/canonical-json.js';
import type { QueryAnswer } from './query.js';

/**
 * Relative differences that sums of the same numbers in another order may have: a double has 15 to 17 digits, a real 6
 * to 9, and sums of 10^9 numbers lose a few of them.
 */
const closeness = [
  { type: /^double$/i, most: 1e-9 },
  { type: /^(real|float)$/i, most: 1e-5 },
] as const;

/**
 * Whether two results are the same but for the last digits of floating-point columns.
 *
 * @param isSequence whether rows are compared in their order; else as a multiset
 */
export function differInRoundingOnly(source: QueryAnswer, target: QueryAnswer, isSequence: boolean): boolean {
  const most = source.types.map((type, column) => mostDifference(type, target.types[column] ?? ''));
  if (source.rows.length !== target.rows.length || source.types.length !== target.types.length) return false;
  const [from, to] = [source, target].map(({ rows }) => {
    const split = rows.map((row) => splitRow(row, most));
    return isSequence ? split : split.sort(compareRows);
  }) as [SplitRow[], SplitRow[]];
  return from.every(({ exact, floats }, index) => {
    const other = to[index];
    return (
      other?.exact === exact &&
      floats.every(({ value, most: limit }, at) => isClose(value, other.floats[at]?.value, limit))
    );
  });
}

/** `undefined` for a column that is not floating-point on both sides. */
function mostDifference(source: string, target: string): number | undefined {
  const limits = [source, target].map((type) => closeness.find((each) => each.type.test(type))?.most);
  const [one, other] = limits;
  return one === undefined || other === undefined ? undefined : Math.max(one, other);
}

interface SplitRow {
  /** The part that must be equal. */
  readonly exact: string;
  readonly floats: readonly { readonly value: unknown; readonly most: number }[];
}

/** NaN, infinities and NULL are no numbers, and must be equal. */
function splitRow(row: readonly unknown[], most: readonly (number | undefined)[]): SplitRow {
  const isFloat = (value: unknown, column: number): boolean => most[column] !== undefined && typeof value === 'number';
  return {
    exact: stringifyExactly(row.map((value, column) => (isFloat(value, column) ? {} : value))),
    floats: row.flatMap((value, column) => (isFloat(value, column) ? [{ value, most: most[column] ?? 0 }] : [])),
  };
}

function compareRows(one: SplitRow, other: SplitRow): number {
  const order = compareText(one.exact, other.exact);
  if (order !== 0) return order;
  const differences = one.floats.map(({ value }, at) => Number(value) - Number(other.floats[at]?.value));
  return differences.find((difference) => difference !== 0) ?? 0;
}

function isClose(one: unknown, other: unknown, most: number): boolean {
  const [a, b] = [Number(one), Number(other)];
  return Math.abs(a - b) <= most * Math.max(Math.abs(a), Math.abs(b));
}
