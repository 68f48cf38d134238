const stopSignals = ['SIGTERM', 'SIGINT'] as const;

/**
 * A signal that the first SIGTERM or SIGINT aborts, for `runWorker`. A second one ends the process at once, as without a
 * listener. `forget` removes both listeners.
 */
export function onStopSignals(): { readonly signal: AbortSignal; readonly forget: () => void } {
  const controller = new AbortController();
  const forget = (): void => {
    for (const name of stopSignals) process.off(name, stop);
  };
  const stop = (): void => {
    forget();
    controller.abort();
  };
  for (const name of stopSignals) process.on(name, stop);
  return { signal: controller.signal, forget };
}
