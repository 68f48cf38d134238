import type { ValidatedTable } from '../../state/index.js';
import type { Located } from '../../validation/locate/locate.js';
import { valuesInOrder } from '../../validation/locate/show-rows.js';
import type { ShownRow } from '../../validation/locate/show-rows.js';

/** Rows of a table that people see; --json has up to 100 of each kind. */
const rowsOfKind = 3;
const columnsOfRow = 8;

/** Results of earlier versions have no order of columns. */
type StoredLocated = Omit<Located, 'columns'> & Partial<Pick<Located, 'columns'>>;

/** For people: the rows that differ, those with the same key side by side. */
export function describeDifferences(name: string, { results }: Pick<ValidatedTable, 'results'>): readonly string[] {
  const checksum = results.find(({ validation_type }) => validation_type === 'checksum');
  const { located } = (checksum?.details ?? {}) as { readonly located?: StoredLocated | null };
  if (located === undefined || located === null) return [];
  const { columns: order, missing, extra, changed, totals, ambiguousKeys, isComplete } = located;
  const counts = `${totals.changed} changed, ${totals.missing} missing at the target, ${totals.extra} only there`;
  return [
    '',
    `Rows of ${name}: ${counts}${isComplete ? '' : ', among those that were read'}`,
    ...(ambiguousKeys === 0 ? [] : [`  ${ambiguousKeys} keys are not unique, so that their rows are not paired`]),
    ...changed
      .slice(0, rowsOfKind)
      .flatMap(({ source, target, columns }) => [
        `  changed${placeOf(source)}: ${columns.join(', ')}`,
        `    source  ${valuesOf(source, order, columns)}`,
        `    target  ${valuesOf(target, order, columns)}`,
      ]),
    ...missing.slice(0, rowsOfKind).map((row) => `  missing${placeOf(row)}: ${valuesOf(row, order)}`),
    ...extra.slice(0, rowsOfKind).map((row) => `  extra${placeOf(row)}: ${valuesOf(row, order)}`),
  ];
}

function placeOf({ partition, copies }: ShownRow): string {
  const place = partition.length === 0 ? '' : ` in ${partition.map((value) => value ?? 'NULL').join('/')}`;
  return `${place}${copies === '1' ? '' : ` (${copies} times)`}`;
}

/** The first columns, which mostly name a row, and those that differ. */
function valuesOf(row: ShownRow, order: readonly string[] | undefined, wanted: readonly string[] = []): string {
  const entries = valuesInOrder(row, order);
  const shown = entries.filter(([name], index) => index < columnsOfRow || wanted.includes(name));
  const texts = shown.map(([name, value]) => `${name} ${value === null ? 'NULL' : JSON.stringify(value)}`);
  return texts.join(', ') + (shown.length < entries.length ? ', …' : '');
}
