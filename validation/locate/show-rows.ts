import type { SampledRow } from '../checks/sample.js';
import type { ComparedColumn, Scan } from '../sql/scan.js';
import { maskedText } from '../values/mask.js';

/** A row as people see it: the text of each column by its name, masked where a rule says so. */
export interface ShownRow {
  readonly partition: readonly (string | null)[];
  readonly copies: string;
  readonly values: Readonly<Record<string, string | null>>;
}

export interface ChangedRow {
  readonly source: ShownRow;
  readonly target: ShownRow;
  /** Names of the columns that differ. */
  readonly columns: readonly string[];
}

export interface ShownDifferences {
  /** Names of the values of each row, in the table's order: the store keeps no order of an object's keys. */
  readonly columns: readonly string[];
  readonly missing: readonly ShownRow[];
  readonly extra: readonly ShownRow[];
  /** Rows with the same key on both sides. */
  readonly changed: readonly ChangedRow[];
  /** How many rows there are of each kind, shown or not. */
  readonly totals: { readonly missing: number; readonly extra: number; readonly changed: number };
  /** Keys that are not unique among the rows that differ, so that these rows cannot be paired. */
  readonly ambiguousKeys: number;
}

export interface ShowOptions {
  /** Columns that name a row, at the source; without them, changed rows show as missing and extra. */
  readonly keyColumns?: readonly string[];
  /** Rows shown of each kind. @default 100 */
  readonly shownRows?: number;
}

/** The values of a row in the order of `columns`; in that of its keys where it was stored without. */
export function valuesInOrder(
  { values }: Pick<ShownRow, 'values'>,
  columns: readonly string[] = Object.keys(values),
): readonly (readonly [name: string, value: string | null])[] {
  return columns.map((name) => [name, values[name] ?? null]);
}

/** Pairs missing and extra rows by their key. Without a key, or with one that is not unique, they stay unpaired. */
export function showRows(
  missing: readonly SampledRow[],
  extra: readonly SampledRow[],
  { columns }: Pick<Scan, 'columns'>,
  { keyColumns = [], shownRows = 100 }: ShowOptions,
): ShownDifferences {
  const at = keyColumns.map((key) => columns.findIndex(({ name }) => name.source.toLowerCase() === key.toLowerCase()));
  const hasKey = at.length > 0 && !at.includes(-1);
  const keyOf = ({ texts }: SampledRow): string => JSON.stringify(at.map((index) => texts[index]));
  const [from, to] = [Map.groupBy(missing, keyOf), Map.groupBy(extra, keyOf)];
  const pairs = hasKey ? [...from].flatMap(([key, rows]) => pairOf(rows, to.get(key))) : [];
  const paired = new Set(pairs.flat());
  const ambiguousKeys = hasKey ? [...from, ...to].filter(([, rows]) => copiesOf(rows) > 1n).length : 0;
  const show = (row: SampledRow): ShownRow => shownRow(row, columns);
  const unpaired = (rows: readonly SampledRow[]): readonly SampledRow[] => rows.filter((row) => !paired.has(row));
  return {
    columns: columns.map(({ name }) => name.source),
    missing: unpaired(missing).slice(0, shownRows).map(show),
    extra: unpaired(extra).slice(0, shownRows).map(show),
    changed: pairs.slice(0, shownRows).map(([source, target]) => ({
      source: show(source),
      target: show(target),
      columns: columns.filter((_, index) => source.texts[index] !== target.texts[index]).map(({ name }) => name.source),
    })),
    totals: { missing: unpaired(missing).length, extra: unpaired(extra).length, changed: pairs.length },
    ambiguousKeys,
  };
}

function pairOf(
  source: readonly SampledRow[],
  target: readonly SampledRow[] | undefined,
): readonly (readonly [SampledRow, SampledRow])[] {
  const [one] = source;
  const [other] = target ?? [];
  if (one === undefined || other === undefined || copiesOf(source) > 1n || copiesOf(target ?? []) > 1n) return [];
  return [[one, other]];
}

function copiesOf(rows: readonly SampledRow[]): bigint {
  return rows.reduce((sum, { copies }) => sum + copies, 0n);
}

function shownRow({ partition, copies, texts }: SampledRow, columns: readonly ComparedColumn[]): ShownRow {
  const values = columns.map(({ name, isMasked }, index) => {
    const text = texts[index] ?? null;
    return [name.source, isMasked === true ? maskedText(text) : text];
  });
  return { partition, copies: String(copies), values: Object.fromEntries(values) as ShownRow['values'] };
}
