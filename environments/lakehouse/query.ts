import { stringifyExactly, trinoClient } from '../../clients/trino/index.js';
import type { TrinoConnection } from '../../clients/trino/index.js';
import { formatDiagnostic } from '../../core/diagnostic.js';

/** Prints tab-separated rows below the column names, as they arrive. Throws Trino's error. */
export async function runQuery(access: TrinoConnection, sql: string, print: (line: string) => void): Promise<void> {
  let isFirst = true;
  for await (const page of trinoClient(access).pages(sql)) {
    if (!page.ok)
      throw new Error(
        page.error
          .map(formatDiagnostic)
          .join('\n')
          .replace(/^error: /, ''),
      );
    if (isFirst) print(page.value.columns.map(({ name }) => name).join('\t'));
    isFirst = false;
    for (const row of page.value.rows) print(row.map(shown).join('\t'));
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : value === null ? 'NULL' : stringifyExactly(value);
}
