export interface Width {
  /** How many at the same time. It may change. */
  current(): number;
  onChange(listener: () => void): () => void;
}

interface State {
  running: number;
  isPulling: boolean;
  isExhausted: boolean;
  failure?: { readonly error: unknown };
}

/**
 * Works on tasks side by side and yields the results in the order in which they end. Tasks are taken when there is room
 * for them, and no more of them after `stop`, which this aborts when nobody takes the results any longer. An error of the
 * iterable is thrown after the results of the tasks that were taken before it.
 */
export async function* inParallel<Task, R>(
  tasks: AsyncIterable<Task> | Iterable<Task>,
  width: Width,
  stop: AbortController,
  work: (task: Task) => Promise<R>,
): AsyncGenerator<R> {
  const iterator = Symbol.asyncIterator in tasks ? tasks[Symbol.asyncIterator]() : tasks[Symbol.iterator]();
  const { signal } = stop;
  const results: R[] = [];
  const state: State = { running: 0, isPulling: false, isExhausted: false };
  let wake = (): void => undefined;

  const run = async (task: Task): Promise<void> => {
    try {
      results.push(await work(task));
    } catch (error) {
      state.failure ??= { error };
      state.isExhausted = true;
    } finally {
      state.running -= 1;
      fill();
      wake();
    }
  };
  const hasRoom = (): boolean => state.running < width.current() && results.length < 4 * width.current();
  const pull = async (): Promise<void> => {
    state.isPulling = true;
    try {
      while (!state.isExhausted && !signal.aborted && hasRoom()) {
        const next = await iterator.next();
        if (next.done === true) state.isExhausted = true;
        else {
          state.running += 1;
          void run(next.value);
        }
      }
    } catch (error) {
      state.failure ??= { error };
      state.isExhausted = true;
    } finally {
      state.isPulling = false;
      wake();
    }
  };
  const fill = (): void => {
    if (!state.isPulling && !state.isExhausted && !signal.aborted && hasRoom()) void pull();
  };
  const forget = width.onChange(fill);
  const onAbort = (): void => {
    wake();
  };
  signal.addEventListener('abort', onAbort);
  try {
    for (;;) {
      fill();
      const result = results.shift();
      if (result !== undefined) yield result;
      else if (state.running === 0 && !state.isPulling && (state.isExhausted || signal.aborted)) break;
      else await new Promise<void>((woken) => (wake = woken));
    }
    if (state.failure !== undefined) throw state.failure.error;
  } finally {
    state.isExhausted = true;
    forget();
    if (state.running > 0) stop.abort();
    while (state.running > 0) await new Promise<void>((woken) => (wake = woken));
    signal.removeEventListener('abort', onAbort);
    await iterator.return?.();
  }
}
