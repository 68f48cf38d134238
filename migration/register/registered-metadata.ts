import { sha256 } from '../../core/canonical-json.js';
import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { identifier, literal, qualifiedName } from '../../core/sql-text.js';
import type { EntryWork } from './entry-work.js';
import { blocked, jobOf, statementFailure } from './failure.js';
import type { EntryFailure } from './failure.js';
import type { RegisterStatement } from './statement.js';

/**
 * Registers an Iceberg table from its metadata file, unless it is registered from that file already. A table that was
 * written to since still has the file in its log. One that this registrar made from another file, and nobody has written
 * to, is registered anew.
 */
export async function ensureRegistered(
  work: EntryWork,
  statement: RegisterStatement,
): Promise<Result<void, EntryFailure>> {
  const [catalog, schema, table] = statement.name;
  const logged = `SELECT file FROM ${qualifiedName(catalog, schema, `${table}$metadata_log_entries`)} ORDER BY timestamp DESC`;
  const files = await work.ask(logged);
  if (files.ok)
    return await compare(
      work,
      statement,
      files.value.rows.map(([file]) => String(file)),
    );
  const { errorName } = files.error[0]?.trino ?? {};
  if (errorName !== 'TABLE_NOT_FOUND' && errorName !== 'SCHEMA_NOT_FOUND')
    return fail(statementFailure(work.key, logged, files.error));
  return await registerFrom(work, statement);
}

async function registerFrom(work: EntryWork, statement: RegisterStatement): Promise<Result<void, EntryFailure>> {
  const registered = await work.query(statement.sql);
  if (!registered.ok) return registered;
  work.hasEffect = true;
  await remember(work, statement);
  return ok(undefined);
}

async function compare(
  work: EntryWork,
  statement: RegisterStatement,
  files: readonly string[],
): Promise<Result<void, EntryFailure>> {
  const name = qualifiedName(...statement.name);
  const wanted = `${statement.location}/metadata/${statement.metadataFile}`;
  const [current = 'none'] = files;
  if (files.some((file) => isSameFile(file, wanted))) {
    if (!isSameFile(current, wanted))
      work.warnings.push(
        diagnostic({
          code: 'registration-written-since',
          severity: 'warning',
          path: work.key,
          message: `${name} was written to since it was registered from ${wanted}: its current metadata file is ${current}.`,
          fix: `If this was not intended: ${unregister(statement)}, then \`aws2openstack migrate retry ${jobOf(work.key)}\`.`,
        }),
      );
    await remember(work, statement);
    return ok(undefined);
  }
  if (isOwn(work, statement, current)) {
    // A registrar that is killed here finds no table, and registers it.
    const removed = await work.query(unregister(statement));
    return removed.ok ? await registerFrom(work, statement) : removed;
  }
  return blocked(
    work.key,
    'registration-other-metadata',
    `${name} exists with other metadata: its current metadata file is ${current}, but the manifest registers ${wanted}.`,
    `Remove it from the catalog (${unregister(statement)}; its files stay), then \`aws2openstack migrate resume ${jobOf(work.key)}\`.`,
  );
}

/** The table's files stay. */
function unregister({ name: [catalog, schema, table] }: RegisterStatement): string {
  return `CALL ${identifier(catalog)}.system.unregister_table(${literal(schema)}, ${literal(table)})`;
}

/** Whether a table is as this registrar has made it last, from another metadata file beside the wanted one. */
function isOwn(work: EntryWork, statement: RegisterStatement, current: string): boolean {
  const file = current.slice(current.lastIndexOf('/') + 1);
  if (!isSameFile(current, `${statement.location}/metadata/${file}`)) return false;
  const made = work.progress.definitions[qualifiedName(...statement.name)];
  return made === sha256(withFile(statement, file));
}

/** The statement that registers the table from another file: its name is the last argument. */
function withFile({ sql, metadataFile }: RegisterStatement, file: string): string {
  const end = `${literal(metadataFile)})`;
  if (!sql.endsWith(end)) throw new Error(`Bug: ${sql} does not end with its metadata file.`);
  return `${sql.slice(0, -end.length)}${literal(file)})`;
}

async function remember(work: EntryWork, { name, sql }: RegisterStatement): Promise<void> {
  await work.saveProgress({
    definitions: { ...work.progress.definitions, [qualifiedName(...name)]: sha256(sql) },
  });
}

/** `s3://`, `s3a://` and `s3n://` are one place. */
function isSameFile(a: string, b: string): boolean {
  const path = (uri: string): string => uri.replace(/^s3[an]?:\/\//i, '').replace(/\/{2,}/g, '/');
  return path(a) === path(b);
}
