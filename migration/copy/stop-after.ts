/** How a copy ends early. */
export interface Stop {
  /** Aborted by the signal, or by who works: nothing new begins. */
  readonly stop: AbortController;
  /** Aborted some time later: what is under way ends at once. */
  readonly stopped: AbortSignal;
  readonly forget: () => void;
}

export function stopAfter(signal: AbortSignal, graceMs: number): Stop {
  const stop = new AbortController();
  const cut = new AbortController();
  const onSignal = (): void => {
    stop.abort();
  };
  stop.signal.addEventListener('abort', () => {
    setTimeout(() => {
      cut.abort();
    }, graceMs).unref();
  });
  if (signal.aborted) stop.abort();
  signal.addEventListener('abort', onSignal);
  return {
    stop,
    stopped: cut.signal,
    forget: () => {
      signal.removeEventListener('abort', onSignal);
    },
  };
}

/** The compiler takes a signal that was not aborted for one that never is. */
export function isAborted({ aborted }: AbortSignal): boolean {
  return aborted;
}
