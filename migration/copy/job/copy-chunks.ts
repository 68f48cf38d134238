import { setTimeout as sleep } from 'node:timers/promises';
import type { Result } from '../../../core/result.js';
import { beginSpan } from '../../../core/span.js';
import type { Span } from '../../../core/span.js';
import { findJob, JobInterrupted, saveChunks, takeChunks } from '../../../state/index.js';
import type { ChunkProgress, HeldJob, MigrationChunk, State } from '../../../state/index.js';
import type { ObjectRef } from '../../../clients/s3/listing/index.js';
import type { CopyEngine, CopyOptions, CopyTask, Upload } from '../copy-engine.js';
import type { LiveLimits } from '../limits.js';
import { isRefusedUnasked } from '../stream/key-refusal.js';
import { OpenChunk } from './open-chunk.js';
import type { Pass } from './open-chunk.js';

export interface CopyChunksOptions extends Pick<CopyOptions, 'onSpent'> {
  readonly state: Pick<State, 'db'>;
  readonly job: HeldJob;
  readonly engine: CopyEngine;
  readonly limits: LiveLimits;
  readonly signal: AbortSignal;
  /** By the bucket of the source. */
  readonly targetBuckets: ReadonlyMap<string, string>;
  /** The object now at this object's key in the source. */
  readonly find: (object: ObjectRef, signal: AbortSignal) => Promise<Result<ObjectRef | null>>;
  /** How long an outcome may stay unsaved, at most, and how often it is asked whether the job is to end. */
  readonly saveSeconds: number;
  /** As above, for the parts of large objects. */
  readonly savePartsSeconds: number;
  /** Chunks were stored: reports the progress. What it throws ends the pass. */
  readonly onSaved: (progress: SavedProgress) => Promise<void>;
  /** For tests that stop a worker at a certain point. */
  readonly at?: (point: CopyPoint) => Promise<void>;
}

export type CopyPoint = 'listed' | 'taken' | 'save' | 'saved' | 'pass-ended';

/** Since the pass began. */
export interface SavedProgress {
  readonly objects: number;
  /** Of objects that were copied, and of parts of unfinished ones. */
  readonly bytes: number;
}

/**
 * The stream of tasks waits for outcomes only when so many are open: an engine that works in batches must take fewer than
 * `maxOpenChunks` at a time, because a chunk may be a single object.
 */
const maxOpenChunks = 256;
const maxOpenObjects = 4000;
const chunksAtOnce = 8;
const discardMs = 10_000;

interface Place {
  readonly chunk: OpenChunk;
  readonly index: number;
  readonly found: ObjectRef | undefined;
}

/**
 * Copies what is left to do in a pass of a job, chunk after chunk without a pause in between, and stores what became of each
 * object under the job's fence. Whatever ends it, outcomes that it got are stored if the job still is this worker's.
 * Throws the database's errors, `JobInterrupted` and what `onSaved` throws.
 */
export async function copyChunks(options: CopyChunksOptions, pass: Pass): Promise<void> {
  await new ChunkCopier(options, pass).run();
}

class ChunkCopier {
  readonly #open = new Map<number, OpenChunk>();
  /** Of the open chunks. */
  readonly #spans = new Map<number, Span>();
  /** Of the tasks that the engine has, by the name of their object. */
  readonly #places = new Map<string, Place>();
  /** Uploads that the engine has begun in this pass and not ended, by the name of the object. */
  readonly #uploads = new Map<string, Upload>();
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #saved = { objects: 0, bytes: 0 };
  #partsSavedAt = performance.now();
  #wakeFeeder = (): void => undefined;
  #wakeSaver = (): void => undefined;
  #isOver = false;

  constructor(
    private readonly options: CopyChunksOptions,
    private readonly pass: Pass,
  ) {
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
    this.#signal.addEventListener('abort', () => {
      this.#wakeFeeder();
    });
  }

  async run(): Promise<void> {
    const { signal, at } = this.options;
    const failures: unknown[] = [];
    const saver = this.#saveAgainAndAgain().catch((error: unknown) => {
      failures.push(error);
      this.#stop.abort();
    });
    await this.#copy().catch((error: unknown) => failures.push(error));
    this.#isOver = true;
    this.#wakeSaver();
    await saver;
    await this.#save(true).catch((error: unknown) => failures.push(error));
    for (const span of this.#spans.values()) span.end();
    if (failures.length > 0 || signal.aborted) await this.#discardIfCancelled().catch(() => undefined);
    if (failures.length > 0) throw failures[0];
    signal.throwIfAborted();
    await at?.('pass-ended');
  }

  async #copy(): Promise<void> {
    const { engine, limits, onSpent } = this.options;
    const outcomes = engine.copy(this.#tasks(), {
      signal: this.#signal,
      limits,
      ...(onSpent && { onSpent }),
      onPart: ({ source, target }, done) => {
        const place = this.#places.get(nameOf(source));
        this.#uploads.set(nameOf(source), { ...target, uploadId: done.uploadId });
        place?.chunk.saveParts(place.index, done, place.found);
      },
    });
    for await (const outcome of outcomes) {
      const name = nameOf(outcome.source);
      const place = this.#places.get(name);
      if (place === undefined)
        throw new Error(`Bug: the engine ${engine.name} reports ${name}, which it does not have.`);
      this.#places.delete(name);
      if (outcome.state === 'copied') this.#uploads.delete(name);
      place.chunk.end(place.index, outcome, place.found);
      if (place.chunk.waiting === 0) this.#wakeSaver();
    }
  }

  async *#tasks(): AsyncGenerator<CopyTask> {
    const { state, job, at } = this.options;
    const wanted = this.pass === 'copy' ? 'OPEN' : 'RECHECK';
    for (let after = -1; ;) {
      const taken = await takeChunks(state, job, { state: wanted, after, limit: chunksAtOnce });
      if (!taken.ok) throw new JobInterrupted('lost');
      if (taken.value.length === 0) return;
      await at?.('taken');
      for (const row of taken.value) {
        after = row.number;
        yield* this.#tasksOf(row);
        while (this.#isFull() && !this.#signal.aborted) await new Promise<void>((woken) => (this.#wakeFeeder = woken));
        if (this.#signal.aborted) return;
      }
    }
  }

  async *#tasksOf(row: MigrationChunk): AsyncGenerator<CopyTask> {
    const chunk = new OpenChunk(row, this.pass);
    this.#open.set(chunk.number, chunk);
    const attributes = { 'aws2openstack.chunk': chunk.number, 'aws2openstack.objects': chunk.waiting };
    this.#spans.set(chunk.number, beginSpan(`chunk ${this.pass}`, { attributes }));
    for (const index of chunk.toTry) {
      const listed = chunk.objects[index];
      if (listed === undefined) continue;
      const source =
        this.pass === 'copy' ? await this.#stillThere(chunk, index, listed) : await this.#find(chunk, index, listed);
      if (source === null) continue;
      const bucket = this.options.targetBuckets.get(source.bucket);
      if (bucket === undefined) throw new Error(`Bug: the work order has no target for the bucket '${source.bucket}'.`);
      const { resume, found: before } = chunk.outcomeOf(index);
      // Parts of other content are of no use.
      const goesOn = resume !== undefined && isSameContent(before ?? listed, source);
      this.#places.set(nameOf(source), { chunk, index, found: source === listed ? undefined : source });
      yield { source, target: { bucket, key: source.key }, ...(goesOn && { resume }) };
    }
    if (chunk.waiting === 0) this.#wakeSaver();
  }

  #close({ number }: OpenChunk, { copied, failed, gone, refused }: ChunkProgress): void {
    this.#open.delete(number);
    const counts = { copied, failed, gone, refused };
    for (const [name, count] of Object.entries(counts))
      this.#spans.get(number)?.setAttribute(`aws2openstack.${name}`, count);
    this.#spans.get(number)?.end();
    this.#spans.delete(number);
  }

  /**
   * An engine refuses some objects without asking the source; a person may have renamed or removed them since. Null when
   * there is nothing to copy.
   */
  async #stillThere(chunk: OpenChunk, index: number, listed: ObjectRef): Promise<ObjectRef | null> {
    const { state, reason } = chunk.outcomeOf(index);
    if (state !== 'refused' || !isRefusedUnasked(reason)) return listed;
    const found = await this.options.find(listed, this.#signal);
    // The engine refuses it again, with its own reason.
    if (!found.ok) return listed;
    if (found.value !== null) return isSameContent(found.value, listed) ? listed : found.value;
    chunk.settleGone(index);
    return null;
  }

  /** Null when there is nothing to copy: the object is gone. */
  async #find(chunk: OpenChunk, index: number, listed: ObjectRef): Promise<ObjectRef | null> {
    const found = await this.options.find(listed, this.#signal);
    if (!found.ok) chunk.fail(index, found.error[0]);
    else if (found.value === null) chunk.settleGone(index);
    return found.ok ? found.value : null;
  }

  /** Nobody goes on with what was cancelled. What cannot be removed is removed when the object is copied again. */
  async #discardIfCancelled(): Promise<void> {
    const { engine, state, job } = this.options;
    if (this.#uploads.size === 0 || (await findJob(state, job.id))?.status !== 'CANCELLED') return;
    for (const upload of this.#uploads.values()) await engine.discard?.(upload, AbortSignal.timeout(discardMs));
  }

  #isFull(): boolean {
    return this.#open.size >= maxOpenChunks || this.#places.size >= maxOpenObjects;
  }

  async #saveAgainAndAgain(): Promise<void> {
    for (;;) {
      if (![...this.#open.values()].some(({ waiting }) => waiting === 0)) await this.#pause();
      if (this.#isOver) return;
      await this.#save(false);
      const parts = [...this.#open.values()].reduce((sum, { bytesOfParts }) => sum + bytesOfParts, 0);
      await this.options.onSaved({ ...this.#saved, bytes: this.#saved.bytes + parts });
    }
  }

  /** Until a chunk is finished or the time is up. */
  async #pause(): Promise<void> {
    const over = new AbortController();
    const time = sleep(this.options.saveSeconds * 1000, undefined, { signal: over.signal }).catch(() => undefined);
    await Promise.race([time, new Promise<void>((woken) => (this.#wakeSaver = woken))]);
    over.abort();
  }

  async #save(all: boolean): Promise<void> {
    const { state, job, savePartsSeconds, at } = this.options;
    const now = performance.now();
    const withParts = all || now - this.#partsSavedAt >= savePartsSeconds * 1000;
    if (withParts) this.#partsSavedAt = now;
    const due = [...this.#open.values()]
      .filter(({ unsaved, waiting }) => unsaved === 'outcomes' || (unsaved === 'parts' && withParts) || waiting === 0)
      .map((chunk) => ({ chunk, isFinished: chunk.waiting === 0, row: chunk.progress() }));
    if (due.length === 0) return;
    await at?.('save');
    const saved = await saveChunks(
      state,
      job,
      due.map(({ row }) => row),
    );
    if (!saved.ok) throw new JobInterrupted('lost');
    for (const { chunk, isFinished, row } of due) {
      const { objects, bytes } = chunk.savedAs(row);
      this.#saved.objects += objects;
      this.#saved.bytes += bytes;
      if (isFinished) this.#close(chunk, row);
    }
    this.#wakeFeeder();
    await at?.('saved');
  }
}

function nameOf({ bucket, key }: ObjectRef): string {
  return `${bucket}/${key}`;
}

function isSameContent(a: ObjectRef, b: ObjectRef): boolean {
  return a.etag === b.etag && a.versionId === b.versionId && a.size === b.size;
}
