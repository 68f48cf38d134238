import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';

export interface CsvRow {
  /** From 1; of the row's first line. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Rows of comma-separated values. Empty lines are left out. Fails with a sentence and a line. Source: RFC 4180. */
export function readCsv(text: string): Result<readonly CsvRow[], { readonly line: number; readonly message: string }> {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let begun = 1;
  let line = 1;
  // A cell, in quotes or not, and what ends it.
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  // A byte order mark, as spreadsheets write it.
  const rest = text.replace(/^\uFEFF/, '');
  while (cell.lastIndex < rest.length || cells.length > 0) {
    const found = cell.exec(rest);
    if (found === null) return fail({ line, message: 'a quote is not closed, or text stands beside a quoted cell' });
    const [, quoted, plain = '', end = ''] = found;
    cells.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'));
    line += (found[0].match(/\n/g) ?? []).length;
    if (end === ',') continue;
    if (cells.some((one) => one !== '')) rows.push({ line: begun, cells });
    cells = [];
    begun = line;
  }
  return ok(rows);
}
