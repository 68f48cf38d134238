import { rootCause } from '../../clients/trino/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import { inPlaceCatalog } from '../../core/helper-tables.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { identifier, literal, qualifiedName } from '../../core/sql-text.js';
import { isAsLeft } from './definition.js';
import { endEarlierStatement, marked } from './earlier-statement.js';
import type { EntryWork } from './entry-work.js';
import { blocked, jobOf, shortened, statementFailure } from './failure.js';
import type { EntryFailure } from './failure.js';
import { requireMetadata } from './files.js';
import { requireConvertible } from './in-place-checks.js';
import type { InPlaceProgress } from './ledger.js';
import type { HasObjects } from './objects.js';
import { ensureRegistered } from './registered-metadata.js';
import { readStatement } from './statement.js';
import type { TableStatement } from './statement.js';
import { contentDifference, contentOf } from './table-content.js';

/**
 * Makes an Iceberg table of a staged Hive table, over the same files. Three statements follow one another: the Hive
 * Metastore's table becomes an Iceberg table (`migrate`), the catalog registers its metadata file, the Hive Metastore
 * forgets it. Trino then finds columns by their names in each file, where Hive finds those of ORC by their place: before the
 * catalog gets the table, all columns must read as they did. Returns the rows.
 */
export async function ensureInPlace(
  work: EntryWork,
  staged: TableStatement,
  hasObjects: HasObjects,
): Promise<Result<number, EntryFailure>> {
  await work.step('load');
  const measured = work.progress.inPlace === null ? await measure(work, staged, hasObjects) : ok(work.progress.inPlace);
  if (!measured.ok) return measured;
  const migrated = await ensureMigrated(work, staged, measured.value);
  if (!migrated.ok) return migrated;
  const { content, metadata, isForgotten } = migrated.value;
  const registered = await registerMetadata(work, metadata ?? '', hasObjects);
  if (!registered.ok) return registered;
  if (!isForgotten) {
    const forgotten = await forget(work, migrated.value);
    if (!forgotten.ok) return forgotten;
  }
  return ok(content.rows);
}

/** The content of the Hive table: once it is migrated, nobody can read it as one. */
async function measure(
  work: EntryWork,
  staged: TableStatement,
  hasObjects: HasObjects,
): Promise<Result<InPlaceProgress, EntryFailure>> {
  const convertible = await requireConvertible(work, staged, hasObjects);
  if (!convertible.ok) return convertible;
  const name = qualifiedName(...staged.name);
  const keys = work.entry.partitionedTable?.keys ?? [];
  const shown = await work.ask(`SELECT * FROM ${name} LIMIT 0`);
  if (!shown.ok) return fail(statementFailure(work.key, name, shown.error));
  const columns = shown.value.columns.map((column) => column.name).filter((column) => !keys.includes(column));
  const content = await contentOf(work, name, { keys, columns });
  if (!content.ok) return content;
  const inPlace = { content: content.value, metadata: null, isForgotten: false };
  await work.saveProgress({ inPlace });
  return ok(inPlace);
}

async function ensureMigrated(
  work: EntryWork,
  staged: TableStatement,
  progress: InPlaceProgress,
): Promise<Result<InPlaceProgress, EntryFailure>> {
  if (progress.metadata !== null) return ok(progress);
  const ended = await endEarlierStatement(work);
  if (!ended.ok) return ended;
  const before = await metadataOf(work, staged);
  if (!before.ok) return before;
  if (before.value === 'missing') return await startOver(work, staged);
  if (before.value === 'hive') {
    const migrated = await migrate(work);
    if (!migrated.ok) return migrated;
  }
  const after = before.value === 'hive' ? await metadataOf(work, staged) : before;
  if (!after.ok) return after;
  if (typeof after.value === 'string') throw new Error(`Bug: ${work.key} was migrated and is ${after.value}.`);
  const same = await requireSameContent(work, staged, progress);
  if (!same.ok) return same;
  const inPlace = { ...progress, metadata: after.value.file };
  await work.saveProgress({ inPlace });
  return ok(inPlace);
}

async function migrate(work: EntryWork): Promise<Result<void, EntryFailure>> {
  const sql = marked(work, work.entry.load[0] ?? '');
  const migrated = await work.ask(sql);
  work.hasEffect ||= migrated.ok;
  if (migrated.ok) return ok(undefined);
  const trino = migrated.error[0]?.trino;
  if (trino?.errorName !== 'ICEBERG_COMMIT_ERROR') return fail(statementFailure(work.key, sql, migrated.error));
  // Trino says so of everything that fails on the way: a service that does not answer, and files that it cannot take.
  return fail({
    kind: 'retry',
    diagnostic: diagnostic({
      code: 'registration-in-place-failed',
      path: work.key,
      message: `Trino could not make an Iceberg table from the files of ${work.targetName}: ${shortened(rootCause(trino) ?? trino.message, 300)}`,
      fix: `\`aws2openstack migrate retry ${jobOf(work.key)}\` tries it again. If it fails again, leave \`inPlace\` out of \`convert\` in the table's rule, and start a run of a new assessment.`,
    }),
  });
}

/** The newest metadata file of the staged table as an Iceberg table; `hive` where it is none yet. */
async function metadataOf(
  work: EntryWork,
  staged: TableStatement,
): Promise<Result<{ readonly file: string } | 'hive' | 'missing', EntryFailure>> {
  const [, schema, table] = staged.name;
  const log = qualifiedName(inPlaceCatalog, schema, `${table}$metadata_log_entries`);
  const sql = `SELECT file FROM ${log} ORDER BY timestamp DESC LIMIT 1`;
  const files = await work.ask(sql);
  if (files.ok) return ok({ file: String(files.value.rows[0]?.[0]) });
  const { errorName = '', message = '' } = files.error[0]?.trino ?? {};
  // Trino says of a Hive table that it is not found.
  if (errorName !== 'TABLE_NOT_FOUND' && errorName !== 'SCHEMA_NOT_FOUND' && !errorName.startsWith('ICEBERG_'))
    return fail(statementFailure(work.key, sql, files.error));
  const left = await isAsLeft(work, staged);
  if (!left.ok) return left;
  if (left.value !== 'changed') return ok(left.value === 'missing' ? 'missing' : 'hive');
  return blocked(
    work.key,
    'registration-in-place-broken',
    `The Hive Metastore has ${staged.name.join('.')}, but it is neither the staged Hive table nor a readable Iceberg table: its conversion was interrupted, or somebody changed it. Trino: ${shortened(message, 300)}`,
    `CALL ${identifier(inPlaceCatalog)}.system.unregister_table(${literal(schema)}, ${literal(table)}), and remove the objects in ${staged.location ?? ''}/metadata/; then \`aws2openstack migrate resume ${jobOf(work.key)}\`.`,
  );
}

/** Somebody removed the staged table: the next attempt stages it again. */
async function startOver(work: EntryWork, staged: TableStatement): Promise<Result<never, EntryFailure>> {
  await work.saveProgress({ inPlace: null });
  return fail({
    kind: 'retry',
    diagnostic: diagnostic({
      code: 'registration-staging-missing',
      path: work.key,
      message: `The staged table ${staged.name.join('.')} no longer exists.`,
      fix: `\`aws2openstack migrate retry ${jobOf(work.key)}\` stages it again.`,
    }),
  });
}

async function requireSameContent(
  work: EntryWork,
  { name: [, schema, table], location }: TableStatement,
  { content }: InPlaceProgress,
): Promise<Result<void, EntryFailure>> {
  const keys = work.entry.partitionedTable?.keys ?? [];
  const name = qualifiedName(inPlaceCatalog, schema, table);
  const found = await contentOf(work, name, { keys, columns: Object.keys(content.columns) });
  if (!found.ok) return found;
  const difference = contentDifference(content, found.value);
  if (difference === undefined) return ok(undefined);
  return blocked(
    work.key,
    'registration-in-place-differs',
    `As an Iceberg table over the same files, ${work.targetName} reads differently from the Hive table: ${difference}. Its files may name their columns differently from the catalog.`,
    `Leave \`inPlace\` out of \`convert\` in its rule and start a run of a new assessment. Before that: CALL ${identifier(inPlaceCatalog)}.system.unregister_table(${literal(schema)}, ${literal(table)}), and remove the objects in ${location ?? ''}/metadata/.`,
  );
}

async function registerMetadata(
  work: EntryWork,
  metadata: string,
  hasObjects: HasObjects,
): Promise<Result<void, EntryFailure>> {
  const file = metadata.slice(metadata.lastIndexOf('/') + 1);
  const sql = (work.entry.load[1] ?? '').replace(/\)$/, `, metadata_file_name => ${literal(file)})`);
  const statement = readStatement(sql);
  if (statement.kind !== 'register-table')
    throw new Error(`Bug: ${work.key} has no statement that registers it: ${sql}`);
  const there = await requireMetadata(work, statement, hasObjects);
  return there.ok ? await ensureRegistered(work, statement) : there;
}

async function forget(work: EntryWork, inPlace: InPlaceProgress): Promise<Result<void, EntryFailure>> {
  const sql = work.entry.load[2] ?? '';
  const forgotten = await work.ask(sql);
  // An earlier attempt may have died after it.
  const isGone = !forgotten.ok && forgotten.error[0]?.trino?.errorName === 'TABLE_NOT_FOUND';
  if (!forgotten.ok && !isGone) return fail(statementFailure(work.key, sql, forgotten.error));
  await work.saveProgress({ inPlace: { ...inPlace, isForgotten: true } });
  return ok(undefined);
}
