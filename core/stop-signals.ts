const stopSignals = ['SIGTERM', 'SIGINT'] as const;
/** As a shell reports a program that a signal ended: 128 and its number. */
const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
export type EndSignal = keyof typeof exitCodes;

/** npm and a terminal both pass on one Ctrl-C: a person does not press it twice in this time. */
const sameMs = 300;

let handlers = 0;
let first: { readonly exitCode: number; readonly at: number } | undefined;

/**
 * A signal that the first SIGTERM or SIGINT aborts, for `runWorker`. A second one ends the process at once, as without a
 * listener. `forget` removes both listeners.
 */
export function onStopSignals(): { readonly signal: AbortSignal; readonly forget: () => void } {
  const controller = new AbortController();
  let isListening = true;
  handlers += 1;
  const forget = (): void => {
    if (!isListening) return;
    isListening = false;
    handlers -= 1;
    for (const name of stopSignals) process.off(name, stop);
  };
  const stop = (): void => {
    forget();
    controller.abort();
  };
  for (const name of stopSignals) process.on(name, stop);
  return { signal: controller.signal, forget };
}

/**
 * Ends this process on SIGINT, SIGTERM and SIGHUP with the exit code of a shell, after `before`, so that what is
 * registered `atExit` is run. What listens by `onStopSignals` comes first; a second signal then ends the process.
 */
export function endOnSignals(before: (signal: EndSignal) => void): void {
  for (const name of Object.keys(exitCodes) as EndSignal[]) {
    process.on(name, () => {
      const now = performance.now();
      const isRepeated = first !== undefined && now - first.at < sameMs;
      first ??= { exitCode: exitCodes[name], at: now };
      if (isRepeated || (handlers > 0 && name !== 'SIGHUP')) return;
      before(name);
      process.exit(exitCodes[name]);
    });
  }
}

/**
 * Sends this process SIGTERM when its parent has ended, unless it is ending already. For a command that `npx` runs: npm
 * passes a signal to the shell between them, which ends and does not pass it on.
 */
export function endWithParent(): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    if (first === undefined) process.kill(process.pid, 'SIGTERM');
  }, 500);
  timer.unref();
}

/** The exit code of a command that did not end well because a signal asked it to stop; `undefined` where none did. */
export function exitCodeOfSignal(): number | undefined {
  return first?.exitCode;
}
