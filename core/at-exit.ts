import type { ChildProcess } from 'node:child_process';

const actions = new Set<() => void>();

/**
 * Runs `action` when this process ends by itself, by `process.exit` or by a signal that it handles. It must not wait for
 * anything. Returns what forgets it.
 */
export function atExit(action: () => void): () => void {
  if (actions.size === 0) process.on('exit', runAll);
  actions.add(action);
  return () => {
    actions.delete(action);
    if (actions.size === 0) process.off('exit', runAll);
  };
}

/** Ends a program together with this process. */
export function endAtExit(child: ChildProcess): void {
  const forget = atExit(() => child.kill('SIGTERM'));
  child.once('exit', forget).once('error', forget);
}

function runAll(): void {
  for (const action of [...actions].reverse()) {
    try {
      action();
    } catch {
      // The others are tried as well.
    }
  }
}
