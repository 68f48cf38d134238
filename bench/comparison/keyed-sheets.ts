import type { Sheet, ValueCase } from '../../test/integration/validation/sheet.js';

/** A sheet of the corpus for tools that need a unique key: its rows have a number, and each case says what names its rows. */
export interface KeyedSheet extends Sheet {
  readonly cases: readonly KeyedCase[];
  /** Rows that are equal on both sides and far from all others, as their own case. */
  readonly farAway: ValueCase;
}

export interface KeyedCase extends ValueCase {
  /** The natural key where it is unique on both sides and of a type that tools take, else the row's number. */
  readonly key: 'id' | typeof rowNumber;
}

export const rowNumber = 'row_no';
/** Beyond the 16,384 rows of which reladiff downloads a table. */
const farAwayNumber = 20_000;

/** Rows are numbered in the order of their texts, so that duplicates have the same numbers on both sides. */
export function keyedSheet(sheet: Sheet): KeyedSheet {
  // CSV files have texts only.
  const isText = Object.values(sheet.columns).every((type) => type === 'varchar');
  const numbered = (number: number, row: string): string => `${isText ? `'${number}'` : number}, ${row}`;
  const numberedRows = (rows: readonly string[]): readonly string[] =>
    [...rows].sort().map((row, index) => numbered(index + 1, row));
  const far = [
    numbered(
      farAwayNumber,
      Object.keys(sheet.columns)
        .map(() => 'NULL')
        .join(', '),
    ),
  ];
  const hasKeyType = [sheet.columns['id']].flat().every((type) => keyTypes.includes(type ?? ''));
  return {
    ...sheet,
    columns: { [rowNumber]: isText ? 'varchar' : 'bigint', ...sheet.columns },
    cases: sheet.cases.map((one) => ({
      ...one,
      source: numberedRows(one.source),
      target: numberedRows(one.target),
      key: hasKeyType && hasNaturalKey(one.source) && hasNaturalKey(one.target) ? 'id' : rowNumber,
    })),
    farAway: { id: 'far_away', source: far, target: far, isEqual: true },
  };
}

/** Types of `id` that reladiff takes for a key. */
const keyTypes = ['integer', 'bigint', 'varchar'];

/** The first column of every sheet is `id`. */
function hasNaturalKey(rows: readonly string[]): boolean {
  const ids = rows.map((row) => row.split(',')[0]);
  return !ids.includes('NULL') && new Set(ids).size === ids.length;
}
