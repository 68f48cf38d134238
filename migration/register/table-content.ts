import { createHash } from 'node:crypto';
import { stringifyExactly } from '../../clients/trino/index.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { identifier } from '../../core/sql-text.js';
import type { EntryWork } from './entry-work.js';
import type { EntryFailure } from './failure.js';

/** The content of a table, to compare two ways of reading the same files. JSON. */
export interface TableContent {
  readonly rows: number;
  /** Of each column that is not a partition key, SHA-256 over Trino's `checksum` of it in each partition. */
  readonly columns: Readonly<Record<string, string>>;
  /** SHA-256 over the partitions and the rows of each. */
  readonly partitions: string;
}

/** Reads all rows, in one query. `table` is a qualified name. `columns`: those without the keys. */
export async function contentOf(
  work: EntryWork,
  table: string,
  { keys, columns }: { readonly keys: readonly string[]; readonly columns: readonly string[] },
): Promise<Result<TableContent, EntryFailure>> {
  const names = keys.map(identifier);
  const select = [...names, 'count(*)', ...columns.map((name) => `checksum(${identifier(name)})`)].join(', ');
  const order = names.length === 0 ? '' : ` GROUP BY ${names.join(', ')} ORDER BY ${names.join(', ')}`;
  const partitions = createHash('sha256');
  const hashes = columns.map((name) => [name, createHash('sha256')] as const);
  let rows = 0;
  for await (const page of work.pages(`SELECT ${select} FROM ${table}${order}`)) {
    if (!page.ok) return fail(page.error);
    for (const row of page.value.rows) {
      rows += Number(row[keys.length]);
      partitions.update(`${stringifyExactly(row.slice(0, keys.length + 1))}\n`);
      for (const [at, [, hash]] of hashes.entries()) hash.update(`${stringifyExactly(row[keys.length + 1 + at])}\n`);
    }
  }
  return ok({
    rows,
    partitions: partitions.digest('hex'),
    columns: Object.fromEntries(hashes.map(([name, hash]) => [name, hash.digest('hex')])),
  });
}

/** The difference, as a clause; `undefined` if there is none. */
export function contentDifference(wanted: TableContent, found: TableContent): string | undefined {
  if (wanted.rows !== found.rows) return `it has ${found.rows} rows instead of ${wanted.rows}`;
  if (wanted.partitions !== found.partitions) return 'its rows are in other partitions';
  const columns = Object.keys(wanted.columns).filter((name) => wanted.columns[name] !== found.columns[name]);
  if (columns.length === 0) return undefined;
  return `other values in ${columns.length === 1 ? 'the column' : `${columns.length} columns, such as`} ${columns[0] ?? ''}`;
}
