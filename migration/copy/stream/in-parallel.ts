export interface Width {
  /** How many at the same time. It may change. */
  current(): number;
  onChange(listener: () => void): () => void;
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
  let running = 0;
  let isPulling = false;
  let isExhausted = false;
  let failure: { readonly error: unknown } | undefined;
  let wake = (): void => undefined;

  const run = async (task: Task): Promise<void> => {
    try {
      results.push(await work(task));
    } catch (error) {
      failure ??= { error };
      isExhausted = true;
    } finally {
      running -= 1;
      fill();
      wake();
    }
  };
  const hasRoom = (): boolean => running < width.current() && results.length < 4 * width.current();
  const pull = async (): Promise<void> => {
    isPulling = true;
    try {
      while (!isExhausted && !signal.aborted && hasRoom()) {
        const next = await iterator.next();
        if (next.done === true) isExhausted = true;
        else {
          running += 1;
          void run(next.value);
        }
      }
    } catch (error) {
      failure ??= { error };
      isExhausted = true;
    } finally {
      isPulling = false;
      wake();
    }
  };
  const fill = (): void => {
    if (!isPulling && !isExhausted && !signal.aborted && hasRoom()) void pull();
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
      else if (running === 0 && !isPulling && (isExhausted || signal.aborted)) break;
      else await new Promise<void>((woken) => (wake = woken));
    }
    if (failure !== undefined) throw failure.error;
  } finally {
    isExhausted = true;
    forget();
    if (running > 0) stop.abort();
    while (running > 0) await new Promise<void>((woken) => (wake = woken));
    signal.removeEventListener('abort', onAbort);
    await iterator.return?.();
  }
}
