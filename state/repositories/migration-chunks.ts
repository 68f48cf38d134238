import { sql } from 'kysely';
import type { Selectable, Transaction } from 'kysely';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { ChunkState, StateTables } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { lockHeldJob, lostJob } from './held-job.js';
import type { HeldJob } from './held-job.js';

export type MigrationChunk = Selectable<StateTables['migration_chunks']>;

export type NewChunk = Pick<MigrationChunk, 'number' | 'owner' | 'objects' | 'bytes' | 'keys'>;

/** The outcomes of a chunk's objects so far. */
export type ChunkProgress = Pick<
  MigrationChunk,
  'number' | 'state' | 'copied' | 'verified' | 'failed' | 'gone' | 'refused' | 'bytes_copied'
> & { readonly outcomes: Uint8Array };

/** Objects and bytes of an owner's chunks in a job, by outcome. `objects` is the sum of the others. */
export interface ChunkTotals {
  readonly owner: string;
  readonly chunks: number;
  readonly objects: number;
  readonly bytes: number;
  readonly open: number;
  readonly copied: number;
  readonly verified: number;
  readonly failed: number;
  readonly gone: number;
  readonly refused: number;
  readonly bytes_copied: number;
}

/** Stores chunks of a job in one statement; a few hundred at a time. Fails, without writing, when the job is lost. */
export async function insertChunks(
  { db }: Pick<State, 'db'>,
  job: HeldJob,
  chunks: readonly NewChunk[],
): Promise<Result<void>> {
  if (chunks.length === 0) return ok(undefined);
  return await whileHeld(db, job, async (transaction) => {
    await transaction
      .insertInto('migration_chunks')
      .values(chunks.map((chunk) => ({ migration_job_id: job.id, ...chunk })))
      .execute();
  });
}

/** Removes what an interrupted listing has stored behind the point where it goes on: the chunks from this number on. */
export async function removeChunks({ db }: Pick<State, 'db'>, job: HeldJob, from: number): Promise<Result<void>> {
  return await whileHeld(db, job, async (transaction) => {
    await transaction
      .deleteFrom('migration_chunks')
      .where('migration_job_id', '=', job.id)
      .where('number', '>=', from)
      .execute();
  });
}

/** Opens the finished chunks that have failed or refused objects, for another attempt. */
export async function reopenChunks({ db }: Pick<State, 'db'>, job: HeldJob): Promise<Result<void>> {
  return await whileHeld(db, job, async (transaction) => {
    await transaction
      .updateTable('migration_chunks')
      .set({ state: 'OPEN', updated_at: sql<Date>`now()` })
      .where('migration_job_id', '=', job.id)
      .where('state', '<>', 'OPEN')
      .where((where) => where.or([where('failed', '>', 0), where('refused', '>', 0)]))
      .execute();
  });
}

export interface ChunkRequest {
  readonly state: ChunkState;
  /** Chunks with a greater number. */
  readonly after: number;
  readonly limit: number;
}

/** The next chunks of a job in a state, by number; counts the attempt. */
export async function takeChunks(
  { db }: Pick<State, 'db'>,
  job: HeldJob,
  { state, after, limit }: ChunkRequest,
): Promise<Result<readonly MigrationChunk[]>> {
  return await whileHeld(db, job, async (transaction) => {
    const { rows } = await sql<MigrationChunk>`
      UPDATE migration_chunks SET attempts = attempts + 1, updated_at = now()
      WHERE migration_job_id = ${job.id} AND number IN (
        SELECT number FROM migration_chunks
        WHERE migration_job_id = ${job.id} AND state = ${state} AND number > ${after}
        ORDER BY number LIMIT ${limit})
      RETURNING *`.execute(transaction);
    return [...rows].sort((a, b) => a.number - b.number);
  });
}

/** Stores the outcomes of chunks, all or none. Fails, without writing, when the job is lost. */
export async function saveChunks(
  { db }: Pick<State, 'db'>,
  job: HeldJob,
  chunks: readonly ChunkProgress[],
): Promise<Result<void>> {
  if (chunks.length === 0) return ok(undefined);
  return await whileHeld(db, job, async (transaction) => {
    await changeChunks({ db: transaction }, job.id, chunks);
  });
}

/** Of a job that nobody holds, in the transaction that hands it to workers again. */
export async function changeChunks(
  { db }: Pick<State, 'db'>,
  jobId: string,
  chunks: readonly ChunkProgress[],
): Promise<void> {
  for (const { number, ...progress } of chunks)
    await db
      .updateTable('migration_chunks')
      .set({ ...progress, updated_at: sql<Date>`now()` })
      .where('migration_job_id', '=', jobId)
      .where('number', '=', number)
      .execute();
}

/** Chunks behind those that a job has, as `changeChunks` changes those. */
export async function appendChunks(
  { db }: Pick<State, 'db'>,
  jobId: string,
  chunks: readonly Omit<NewChunk, 'number'>[],
): Promise<void> {
  const { last } = await db
    .selectFrom('migration_chunks')
    .select(({ fn }) => fn.max('number').as('last'))
    .where('migration_job_id', '=', jobId)
    .executeTakeFirstOrThrow();
  const first = ((last as number | null) ?? -1) + 1;
  for (const [index, chunk] of chunks.entries())
    await db
      .insertInto('migration_chunks')
      .values({ migration_job_id: jobId, ...chunk, number: first + index })
      .execute();
}

/** By owner, in the order of their names. One scan of the job's chunks. */
export async function chunkTotals({ db }: Pick<State, 'db'>, jobId: string): Promise<readonly ChunkTotals[]> {
  const { rows } = await sql<ChunkTotals>`
    SELECT owner, count(*)::int AS chunks, sum(objects)::bigint AS objects, sum(bytes)::bigint AS bytes,
      sum(objects - copied - verified - failed - gone - refused)::bigint AS open, sum(copied)::bigint AS copied,
      sum(verified)::bigint AS verified, sum(failed)::bigint AS failed, sum(gone)::bigint AS gone,
      sum(refused)::bigint AS refused, sum(bytes_copied)::bigint AS bytes_copied
    FROM migration_chunks WHERE migration_job_id = ${jobId} GROUP BY owner ORDER BY owner`.execute(db);
  return rows;
}

/** The chunks with failed, refused or gone objects, to tell the reasons; a page at a time, by number. */
export async function unsuccessfulChunks(
  { db }: Pick<State, 'db'>,
  jobId: string,
  { after, limit }: Pick<ChunkRequest, 'after' | 'limit'>,
): Promise<readonly MigrationChunk[]> {
  return await db
    .selectFrom('migration_chunks')
    .selectAll()
    .where('migration_job_id', '=', jobId)
    .where('number', '>', after)
    .where((where) => where.or([where('failed', '>', 0), where('refused', '>', 0), where('gone', '>', 0)]))
    .orderBy('number')
    .limit(limit)
    .execute();
}

/** All chunks of a job; a page at a time, by number. */
export async function readChunks(
  { db }: Pick<State, 'db'>,
  jobId: string,
  { after, limit }: Pick<ChunkRequest, 'after' | 'limit'>,
): Promise<readonly MigrationChunk[]> {
  return await db
    .selectFrom('migration_chunks')
    .selectAll()
    .where('migration_job_id', '=', jobId)
    .where('number', '>', after)
    .orderBy('number')
    .limit(limit)
    .execute();
}

/** The chunks with objects that were tried and are neither copied nor gone; a page at a time, by number. */
export async function unfinishedChunks(
  { db }: Pick<State, 'db'>,
  jobId: string,
  { after, limit }: Pick<ChunkRequest, 'after' | 'limit'>,
): Promise<readonly MigrationChunk[]> {
  return await db
    .selectFrom('migration_chunks')
    .selectAll()
    .where('migration_job_id', '=', jobId)
    .where('number', '>', after)
    .where('outcomes', 'is not', null)
    .where((where) => where.or([where('state', '<>', 'DONE'), where('failed', '>', 0)]))
    .orderBy('number')
    .limit(limit)
    .execute();
}

async function whileHeld<T>(
  db: State['db'],
  job: HeldJob,
  action: (transaction: Transaction<StateTables>) => Promise<T>,
): Promise<Result<T>> {
  return await db.transaction().execute(async (transaction) => {
    if ((await lockHeldJob(transaction, job)) === undefined) return fail([lostJob(job, 'its chunks were')]);
    return ok(await action(transaction));
  });
}
