import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { qualifiedName } from '../../core/sql-text.js';
import type { EntryWork } from './entry-work.js';
import { statementFailure } from './failure.js';
import type { EntryFailure } from './failure.js';
import type { Statement } from './statement.js';

/** Creates a schema where it is missing. One at another location is kept, with a warning: tables name their own. */
export async function ensureSchema(
  work: EntryWork,
  sql: string,
  { catalog, schema, location }: Extract<Statement, { readonly kind: 'schema' }>,
): Promise<Result<void, EntryFailure>> {
  const show = `SHOW CREATE SCHEMA ${qualifiedName(catalog, schema)}`;
  const shown = await work.ask(show);
  if (!shown.ok) {
    if (shown.error[0]?.trino?.errorName !== 'SCHEMA_NOT_FOUND')
      return fail(statementFailure(work.key, show, shown.error));
    const created = await work.query(sql);
    if (!created.ok) return created;
    work.hasEffect = true;
    return ok(undefined);
  }
  const there = /\blocation = '((?:[^']|'')*)'/.exec(String(shown.value.rows[0]?.[0]))?.[1]?.replaceAll("''", "'");
  if (location !== null && there !== undefined && place(there) !== place(location))
    work.warnings.push(
      diagnostic({
        code: 'registration-schema-elsewhere',
        severity: 'warning',
        path: work.key,
        message: `The schema ${catalog}.${schema} exists at ${there}, but the manifest places it at ${location}.`,
        fix: "No action is needed for the tables in the manifest. Tables that people create later are placed at the schema's location, unless they name one.",
      }),
    );
  return ok(undefined);
}

function place(uri: string): string {
  return uri.replace(/^s3[an]?:\/\//i, '').replace(/\/+$/, '');
}
