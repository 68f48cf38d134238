import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { qualifiedName } from '../../core/sql-text.js';
import { isConversion } from '../../registration/index.js';
import { ensureRelation, isAsLeft } from './definition.js';
import type { EntryWork } from './entry-work.js';
import { blocked } from './failure.js';
import type { EntryFailure } from './failure.js';
import { requireFiles, requireMetadata } from './files.js';
import { ensureInPlace } from './in-place.js';
import { ensureLoaded } from './load.js';
import type { HasObjects } from './objects.js';
import type { PartitionCounts } from './outcome.js';
import { ensurePartitions } from './partitions.js';
import type { PartitionOptions } from './partitions.js';
import { ensureRegistered } from './registered-metadata.js';
import { ensureSchema } from './schema.js';
import { readStatement } from './statement.js';
import type { Statement, TableStatement } from './statement.js';

export interface EntryOptions {
  readonly partitions: PartitionOptions;
  readonly hasObjects: HasObjects;
}

export interface EntryResult {
  readonly partitions: PartitionCounts | null;
  readonly rowsLoaded: number | null;
}

/** Does what an entry of the manifest says, as far as it is not done. Each step can be repeated. */
export async function runEntry(
  work: EntryWork,
  { partitions, hasObjects }: EntryOptions,
): Promise<Result<EntryResult, EntryFailure>> {
  const statements = work.entry.statements.map((sql) => ({ sql, statement: readStatement(sql) }));
  const isDone = await stillDone(
    work,
    statements.map(({ statement }) => statement),
  );
  if (!isDone.ok) return isDone;
  const { method } = work.entry;
  // Its staging table may be gone, and what was loaded is not loaded again.
  if (method === 'convert' && isDone.value) return ok({ partitions: null, rowsLoaded: work.progress.load?.rows ?? 0 });
  const filled = async (): Promise<Result<number | null, EntryFailure>> => {
    if (method === 'convert-in-place') return await ensureInPlace(work, stagedBy(work, statements), hasObjects);
    return work.entry.load.length === 0 ? ok(null) : await ensureLoaded(work);
  };
  // The staged table may be none of Hive's any more.
  if (work.progress.inPlace !== null) return await finish(work, filled, null);

  await work.step('create', 0, statements.length);
  let partitioned: TableStatement | undefined;
  for (const [index, { sql, statement }] of statements.entries()) {
    const files = await requireData(work, statement, hasObjects);
    const done = files.ok ? await runStatement(work, sql, statement) : files;
    if (!done.ok) return done;
    if (statement.kind === 'table' && statement.location !== null && statement.isPartitioned) partitioned = statement;
    await work.step('create', index + 1, statements.length);
  }
  let counts: PartitionCounts | null = null;
  const { partitionsBy } = work.entry;
  if (partitioned !== undefined && (partitionsBy === 'statement' || partitionsBy === 'partition-file')) {
    const ensured = await ensurePartitions(work, partitioned.name, partitions);
    if (!ensured.ok) return ensured;
    counts = ensured.value;
  }
  return await finish(work, filled, counts);
}

async function finish(
  work: EntryWork,
  filled: () => Promise<Result<number | null, EntryFailure>>,
  partitions: PartitionCounts | null,
): Promise<Result<EntryResult, EntryFailure>> {
  const loaded = await filled();
  if (!loaded.ok) return loaded;
  const read = await requireReadable(work);
  return read.ok ? ok({ partitions, rowsLoaded: loaded.value }) : read;
}

function stagedBy(work: EntryWork, statements: readonly { readonly statement: Statement }[]): TableStatement {
  for (const { statement } of statements) if (statement.kind === 'table') return statement;
  throw new Error(`Bug: ${work.key} is converted in place and has no staged table.`);
}

/**
 * Whether what an earlier run completed is there. A table or view that was dropped since then is made again; one that was
 * changed is compared by `ensureRelation`.
 */
async function stillDone(work: EntryWork, statements: readonly Statement[]): Promise<Result<boolean, EntryFailure>> {
  if (!work.wasDone) return ok(false);
  const { target, method } = work.entry;
  const own = qualifiedName(target.catalog, target.schema, target.table ?? '');
  for (const statement of statements) {
    if (statement.kind !== 'table' && statement.kind !== 'view') continue;
    if (isConversion(method) && qualifiedName(...statement.name) !== own) continue;
    const left = await isAsLeft(work, statement);
    if (!left.ok) return left;
    if (left.value === 'changed') {
      const compared = await ensureRelation(work, statement);
      if (!compared.ok) return compared;
    }
    if (left.value === 'missing') {
      await work.restart();
      return ok(false);
    }
  }
  return ok(true);
}

async function requireData(
  work: EntryWork,
  statement: Statement,
  hasObjects: HasObjects,
): Promise<Result<void, EntryFailure>> {
  if (work.wasDone) return ok(undefined);
  if (statement.kind === 'table') return await requireFiles(work, statement, hasObjects);
  if (statement.kind === 'register-table') return await requireMetadata(work, statement, hasObjects);
  return ok(undefined);
}

async function runStatement(work: EntryWork, sql: string, statement: Statement): Promise<Result<void, EntryFailure>> {
  switch (statement.kind) {
    case 'schema':
      return await ensureSchema(work, sql, statement);
    case 'table':
    case 'view':
      return await ensureRelation(work, statement);
    case 'register-table':
      return await ensureRegistered(work, statement);
    case 'sync-partitions': {
      // Afterwards it would only add folders that the source does not list.
      if (work.wasDone && work.entry.partitionsBy === 'statement') return ok(undefined);
      const synced = await work.query(sql);
      return synced.ok ? ok(undefined) : synced;
    }
    case 'other': {
      const done = await work.query(sql);
      return done.ok ? ok(undefined) : done;
    }
  }
}

/**
 * Trino creates tables over anything. Views are checked when they are created, and may take long to read. Of a table with
 * partition projection Trino looks into every projected folder until it finds a row, or wants a value for the key.
 */
async function requireReadable(work: EntryWork): Promise<Result<void, EntryFailure>> {
  const { entry } = work;
  const { catalog, schema, table } = entry.target;
  const isTable = ['external', 'register', 'register-rewritten', 'convert-in-place'].includes(entry.method);
  if (!isTable || table === null || entry.partitionsBy === 'projection') return ok(undefined);
  await work.step('read');
  const name = qualifiedName(catalog, schema, table);
  const read = await work.query(`SELECT 1 FROM ${name} LIMIT 1`);
  if (read.ok) return ok(undefined);
  const { kind, diagnostic: cause } = read.error;
  if (kind === 'retry') return read;
  const failure = blocked(
    work.key,
    'registration-unreadable',
    `${name} is registered, but reading it fails. ${cause.message}`,
    'Check that all of its objects were copied, and that they have the format in the catalog.',
  );
  return kind === 'block' ? failure : fail({ ...failure.error, kind });
}
