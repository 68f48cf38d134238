import { setTimeout as sleep } from 'node:timers/promises';

type Taken<T> = { readonly result: IteratorResult<T> } | { readonly error: unknown };

/**
 * Groups items as they come: a group ends when it is full, or when nothing has come for a while. Each item that was taken is
 * in a group; after the signal no more are taken. An error of the items is thrown after the group of those before it.
 */
export async function* batchesOf<T>(
  items: AsyncIterable<T> | Iterable<T>,
  { most, idleMs, signal }: { readonly most: number; readonly idleMs: number; readonly signal: AbortSignal },
): AsyncGenerator<readonly T[]> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let pending: Promise<Taken<T>> | undefined;
  let batch: T[] = [];
  try {
    while (pending !== undefined || !signal.aborted) {
      pending ??= take(iterator);
      const taken = batch.length === 0 ? await pending : await unlessIdle(pending, idleMs);
      if (taken !== 'idle') {
        pending = undefined;
        if ('error' in taken || taken.result.done === true) {
          if (batch.length > 0) yield batch;
          if ('error' in taken) throw taken.error;
          return;
        }
        batch.push(taken.result.value);
        if (batch.length < most && !signal.aborted) continue;
      }
      yield batch;
      batch = [];
    }
  } finally {
    await iterator.return?.();
  }
}

async function take<T>(iterator: AsyncIterator<T> | Iterator<T>): Promise<Taken<T>> {
  try {
    return { result: await iterator.next() };
  } catch (error) {
    return { error };
  }
}

async function unlessIdle<T>(pending: Promise<Taken<T>>, idleMs: number): Promise<Taken<T> | 'idle'> {
  const over = new AbortController();
  const idle = sleep(idleMs, 'idle' as const, { signal: over.signal }).catch(() => 'idle' as const);
  const first = await Promise.race([pending, idle]);
  over.abort();
  return first;
}
