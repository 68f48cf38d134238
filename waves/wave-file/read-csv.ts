import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';

export interface CsvRow {
  /** From 1; of the row's first line. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Where each cell begins. */
  readonly places: readonly CellPlace[];
}

/** Both from 1; a column is a character of the line. */
interface CellPlace {
  readonly line: number;
  readonly column: number;
}

/** Rows of comma-separated values. Empty lines are left out. Fails with a sentence and its place. Source: RFC 4180. */
export function readCsv(text: string): Result<readonly CsvRow[], CellPlace & { readonly message: string }> {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let places: CellPlace[] = [];
  let line = 1;
  let lineStart = 0;
  // A cell, in quotes or not, and what ends it.
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  // A byte order mark, as spreadsheets write it.
  const rest = text.replace(/^\uFEFF/, '');
  while (cell.lastIndex < rest.length || cells.length > 0) {
    const start = cell.lastIndex;
    const place = { line, column: start - lineStart + 1 };
    const found = cell.exec(rest);
    if (found === null)
      return fail({ ...place, message: 'a quote is not closed, or text stands beside a quoted cell' });
    const [whole, quoted, plain = '', end = ''] = found;
    cells.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'));
    places.push(place);
    line += (whole.match(/\n/g) ?? []).length;
    if (whole.includes('\n')) lineStart = start + whole.lastIndexOf('\n') + 1;
    if (end === ',') continue;
    if (cells.some((one) => one !== '')) rows.push({ line: places[0]?.line ?? line, cells, places });
    cells = [];
    places = [];
  }
  return ok(rows);
}
