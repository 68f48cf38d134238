import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { chunkTotals, JobInterrupted, reopenChunks } from '../../../state/index.js';
import type { ChunkTotals, JobContext, JobFailure, JobHandler, State } from '../../../state/index.js';
import { findObject, isPermanent, listPages } from '../../../clients/s3/listing/index.js';
import type { BucketLister } from '../../../clients/s3/listing/index.js';
import { decodePoint, encodePoint, storeChunks } from '../../work-order/index.js';
import type { ChunkLimits, CopyOrder } from '../../work-order/index.js';
import type { CopyEngine } from '../copy-engine.js';
import type { LiveLimits } from '../limits.js';
import { copyChunks } from './copy-chunks.js';
import type { CopyPoint } from './copy-chunks.js';
import { removeStrayUploads } from './stray-uploads.js';
import { storeSample } from './samples.js';
import { Spending } from './spending.js';
import { whyUnsuccessful } from './unsuccessful.js';

export interface CopyJobOptions {
  readonly state: Pick<State, 'db'>;
  readonly engine: CopyEngine;
  /** Of the source. */
  readonly lister: BucketLister;
  readonly limits: LiveLimits;
  /** Requests of a listing at the same time. @default 8 */
  readonly listingWidth?: number;
  /** @default 1,000 objects, 1 GiB */
  readonly chunkLimits?: ChunkLimits;
  /** How long an outcome may stay unsaved, at most. @default 2 */
  readonly saveSeconds?: number;
  /** As above, for the parts of large objects. @default 15 */
  readonly savePartsSeconds?: number;
  /** For tests that stop a worker at a certain point. */
  readonly at?: (point: CopyPoint) => Promise<void>;
}

/** The part of a copy job in `migration_progress`. Its phases are `list`, `copy`, `recheck` and `copied`. */
export const objectsPart = 'objects';
/** The last phase: each object is copied or gone. */
export const copiedPhase = 'copied';

/**
 * Does a table's copy job, whose payload is a `CopyOrder`: lists its regions into chunks, copies chunk after chunk, and looks
 * again at the objects that the source no longer held as listed. It may be killed at any point: the next attempt goes on
 * from the stored outcomes, and copies again what was copied since. The job is done when each object is copied or gone. With
 * failed objects another attempt is made for them; refused ones block it until a person has acted and resumes it.
 */
export function copyJob(options: CopyJobOptions): JobHandler {
  return async (context) => {
    const order = context.payload as CopyOrder;
    const phase = context.parts.get(objectsPart)?.phase ?? 'list';
    const ready = phase === 'list' ? await list(options, context, order) : await reopen(options, context);
    if (!ready.ok) return ready;

    const { state, saveSeconds = 2, savePartsSeconds = 15 } = options;
    for (const pass of ['copy', 'recheck'] as const) {
      const before = sumOf(await chunkTotals(state, context.job.id));
      const spending = new Spending();
      const report = async (objects: number, bytes: number): Promise<void> => {
        await context.checkpoint({ ...figuresOf(before, objects, bytes), phase: laterOf(phase, pass) });
      };
      await report(0, 0);
      await copyChunks(
        {
          ...options,
          job: context.job,
          signal: context.signal,
          targetBuckets: new Map(order.regions.map(({ bucket, targetBucket }) => [bucket, targetBucket])),
          find: (object, signal) => findObject(options.lister, object, signal),
          saveSeconds,
          savePartsSeconds,
          onSpent: spending.add,
          onSaved: async ({ objects, bytes }) => {
            await report(objects, bytes);
            const sample = spending.sample(bytes);
            if (sample !== undefined) await storeSample(state, context.job.id, sample);
          },
        },
        pass,
      );
    }
    const ended = await judged(state, context);
    if (ended.ok) for (const problem of await removeStrayUploads(options, context, order)) context.log(problem);
    return ended;
  };
}

const phases = ['list', 'copy', 'recheck', copiedPhase];

/** A phase that is new ends the series of failures, so that of an earlier attempt stays. */
function laterOf(one: string, other: string): string {
  return phases.indexOf(one) > phases.indexOf(other) ? one : other;
}

async function list(
  { state, lister, listingWidth = 8, chunkLimits, saveSeconds, at }: CopyJobOptions,
  { job, parts, signal, checkpoint, log }: JobContext,
  { regions }: CopyOrder,
): Promise<Result<void, JobFailure>> {
  const nothing = { ...figuresOf(empty, 0, 0), phase: 'list', bytesTotal: null, filesTotal: null };
  const before = parts.get(objectsPart);
  const listed = await storeChunks({
    state,
    job,
    regions,
    list: ({ bucket, ranges }) =>
      listPages(
        lister,
        ranges.map((range) => ({ bucket, ...range })),
        { width: listingWidth, signal },
      ),
    ...(chunkLimits && { limits: chunkLimits }),
    ...(before && { from: decodePoint(before.checkpoint, before.updated_at, new Date()) }),
    ...(saveSeconds !== undefined && { saveSeconds }),
    onStored: async (point) => {
      log(point.objects === 1 ? 'one object is listed' : `${point.objects} objects are listed`);
      await checkpoint({ ...nothing, cameFurther: true, checkpoint: encodePoint(point) });
    },
  });
  if (listed.ok) {
    await at?.('listed');
    return ok(undefined);
  }
  if (listed.error.some(({ code }) => code === 'job-changed-hands')) throw new JobInterrupted('lost');
  const reason = listed.error.map(({ message, fix }) => `${message} ${fix}`).join('\n');
  return fail({ kind: listed.error.some(isPermanent) ? 'block' : 'retry', reason });
}

/** Objects that failed or were refused in an earlier attempt are tried again. */
async function reopen({ state }: CopyJobOptions, { job }: JobContext): Promise<Result<void, JobFailure>> {
  const reopened = await reopenChunks(state, job);
  if (!reopened.ok) throw new JobInterrupted('lost');
  return ok(undefined);
}

async function judged(state: Pick<State, 'db'>, { job, checkpoint }: JobContext): Promise<Result<void, JobFailure>> {
  const totals = sumOf(await chunkTotals(state, job.id));
  const why = await whyUnsuccessful(state, job.id);
  if (why !== undefined) return fail(why);
  if (totals.open > 0)
    return fail({ kind: 'retry', reason: `The engine reported no outcome for some objects (${totals.open}).` });
  await checkpoint({ ...figuresOf(totals, 0, 0), phase: copiedPhase });
  return ok(undefined);
}

type Sum = Omit<ChunkTotals, 'owner' | 'chunks'>;

const empty: Sum = {
  objects: 0,
  bytes: 0,
  open: 0,
  copied: 0,
  verified: 0,
  failed: 0,
  gone: 0,
  refused: 0,
  bytes_copied: 0,
};

function sumOf(totals: readonly ChunkTotals[]): Sum {
  const names = Object.keys(empty) as (keyof Sum)[];
  return Object.fromEntries(
    names.map((name) => [name, totals.reduce((sum, each) => sum + each[name], 0)]),
  ) as unknown as Sum;
}

/** Of a checkpoint: what was copied before, and since. */
function figuresOf({ objects, bytes, copied, verified, bytes_copied }: Sum, objectsSince: number, bytesSince: number) {
  return {
    part: objectsPart,
    bytesTotal: bytes,
    bytesDone: bytes_copied + bytesSince,
    filesTotal: objects,
    filesDone: copied + verified + objectsSince,
    rowsTotal: null,
    rowsDone: 0,
    checkpoint: null,
  };
}
