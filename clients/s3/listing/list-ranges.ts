import type { Diagnostic } from '../../../core/diagnostic.js';
import { ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { inParallel } from '../../../core/in-parallel.js';
import type { ObjectRef } from './object-ref.js';
import type { BucketLister } from './bucket-lister.js';
import { behindKey, compareKeys, isBefore, isInRange, prefixOfRange, shortlyBefore } from './key-order.js';
import type { KeyRange } from './key-order.js';
import type { Pin } from './pin.js';
import type { ListingPage, OldVersion } from './parse-listing.js';
import { splitRest } from './split-range.js';
import { WorkQueue } from './work-queue.js';

/** A part of a bucket. */
export interface BucketRange extends KeyRange {
  readonly bucket: string;
}

export interface ListingProgress {
  readonly objects: number;
  readonly bytes: number;
  /** Keys under which only deleted versions are left. */
  readonly deleted: number;
  readonly requests: number;
}

export interface ListingOptions {
  /** Requests at the same time. */
  readonly width: number;
  readonly signal: AbortSignal;
  /** @default by version where the bucket keeps versions */
  readonly pin?: Pin;
  /** After each page: the figures so far. */
  readonly onProgress?: (progress: ListingProgress) => void;
  /** After each page of a listing by version: its noncurrent versions and delete markers, each once. */
  readonly onOldVersions?: (versions: readonly OldVersion[]) => void;
  /**
   * Whether to go on without the rest of a range that cannot be listed.
   * @default the listing ends with the failure
   */
  readonly skips?: (range: BucketRange, failure: readonly Diagnostic[]) => boolean;
}

/** A page to be asked for, and the range that it begins. */
interface Task extends BucketRange {
  /** The caller's range that it is a part of. */
  readonly origin: BucketRange;
  readonly pin: Pin;
  readonly prefix: string;
  readonly after: string;
  readonly next: ListingPage['next'];
  /** Last key of the pages before. */
  readonly listed: string;
}

export interface ListedPage {
  readonly objects: readonly ObjectRef[];
  /** Keys of which nothing more comes; undefined where a page was all old versions, or was skipped. */
  readonly done: BucketRange | undefined;
}

/** Lists as `listPages`, without telling how far. */
export async function* listRanges(
  lister: BucketLister,
  ranges: readonly BucketRange[],
  options: ListingOptions,
): AsyncGenerator<Result<readonly ObjectRef[]>> {
  for await (const page of listPages(lister, ranges, options))
    if (!page.ok) yield page;
    else if (page.value.objects.length > 0) yield ok(page.value.objects);
}

/**
 * Lists ranges that do not overlap: every object that exists throughout is yielded once, in pages without an order among
 * them; within a page keys ascend. What is left of a range is divided as long as there is room for more requests. Pages wait
 * for whoever takes them, and the requests for them: memory does not grow with the bucket. A failure is yielded last.
 * Throws the signal's reason.
 */
export async function* listPages(
  lister: BucketLister,
  ranges: readonly BucketRange[],
  { width, signal, pin, onProgress, onOldVersions, skips }: ListingOptions,
): AsyncGenerator<Result<ListedPage>> {
  const tasks: Task[] = [];
  const pins = new Map<string, Pin>();
  for (const range of ranges) {
    const known = pin ?? pins.get(range.bucket);
    const found = known === undefined ? await lister.pinFor(range.bucket, signal) : ok(known);
    if (!found.ok) {
      yield found;
      return;
    }
    pins.set(range.bucket, found.value);
    tasks.push(taskFor(range, found.value, range));
  }

  const queue = new WorkQueue(tasks);
  const stop = new AbortController();
  const onAbort = (): void => {
    stop.abort();
  };
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) stop.abort();
  const figures = { objects: 0, bytes: 0, deleted: 0, requests: 0 };
  const listed = async (task: Task): Promise<Result<ListedPage>> => {
    try {
      figures.requests += 1;
      const page = await lister.page(task, stop.signal);
      if (!page.ok) return skips?.(task.origin, page.error) === true && !signal.aborted ? ok(nothing) : page;
      const rest = restOf(task, page.value, width - queue.size);
      queue.add(rest);
      // What lies behind the part that goes on is listed again by the parts after it.
      const scope = { from: task.from, to: rest[0] === undefined ? task.to : rest[0].to };
      const objects = withinRange(page.value.objects, scope);
      const oldVersions = withinRange(page.value.oldVersions, scope);
      figures.objects += objects.length;
      figures.bytes += objects.reduce((sum, { size }) => sum + size, 0);
      figures.deleted += oldVersions.filter(({ kind, isLatest }) => kind === 'delete-marker' && isLatest).length;
      if (oldVersions.length > 0) onOldVersions?.(oldVersions);
      return ok({ objects, done: doneBy(task, rest[0]) });
    } finally {
      queue.done();
    }
  };
  try {
    const constantWidth = { current: () => width, onChange: () => () => undefined };
    for await (const page of inParallel(queue, constantWidth, stop, listed)) {
      onProgress?.({ ...figures });
      if (!page.ok) signal.throwIfAborted();
      yield page;
      if (!page.ok) return;
    }
    // After an abort the pages simply end.
    signal.throwIfAborted();
  } finally {
    stop.abort();
    signal.removeEventListener('abort', onAbort);
  }
}

const nothing: ListedPage = { objects: [], done: undefined };

/** @param goingOn what is asked for next of the same range */
function doneBy({ bucket, from, to, listed }: Task, goingOn: Task | undefined): BucketRange | undefined {
  const begin = listed === '' || isBefore(behindKey(listed), from) ? from : behindKey(listed);
  if (goingOn === undefined) return { bucket, from: begin, to };
  const end = behindKey(goingOn.listed);
  return goingOn.listed !== '' && isBefore(begin, end) ? { bucket, from: begin, to: end } : undefined;
}

function taskFor({ bucket, from, to }: BucketRange, pin: Pin, origin: BucketRange): Task {
  const prefix = prefixOfRange({ from, to });
  // A prefix alone is the exact beginning.
  const after = compareKeys(from, prefix) <= 0 ? '' : shortlyBefore(from);
  return { bucket, from, to, pin, origin, prefix, after, next: null, listed: '' };
}

/** The rest of the range after the page, divided where there is room for more. */
function restOf(task: Task, { objects, next }: ListingPage, room: number): readonly Task[] {
  const last = objects.at(-1)?.key;
  // A page may end among old versions and delete markers.
  const reached = next?.['key-marker'] ?? last;
  if (next === null || (reached !== undefined && !isBefore(reached, task.to))) return [];
  const goingOn = { ...task, next, listed: last ?? task.listed };
  const first = objects[0]?.key;
  if (room <= 0 || first === undefined || !last?.isWellFormed()) return [goingOn];
  const [rest, ...others] = splitRest(first, last, task.to, room + 1);
  if (rest === undefined) return [goingOn];
  return [
    { ...goingOn, to: rest.to },
    ...others.map((range) => taskFor({ ...range, bucket: task.bucket }, task.pin, task.origin)),
  ];
}

function withinRange<T extends { readonly key: string }>(items: readonly T[], range: KeyRange): readonly T[] {
  const [first, last] = [items[0], items.at(-1)];
  const isWhole =
    first === undefined || last === undefined || (isInRange(first.key, range) && isInRange(last.key, range));
  return isWhole ? items : items.filter(({ key }) => isInRange(key, range));
}
