import { setTimeout as delay } from 'node:timers/promises';
import { advance } from './runner.js';
import type { RunnerOptions } from './runner.js';

export interface WorkOptions extends RunnerOptions {
  /** How many machines at the same time. */
  readonly concurrency: number;
  /** How long to wait before looking again when nothing is due. */
  readonly pollSeconds: number;
  /** End when every execution has ended or waits for a person. */
  readonly untilDone: boolean;
  /** Takes in messages; how many there were. */
  readonly takeMessages: () => Promise<number>;
  readonly onProblem: (problem: Error) => void;
  readonly signal: AbortSignal;
}

export interface Worked {
  /** How often an execution was taken and released. */
  readonly turns: number;
  /** How often another worker had taken over. */
  readonly lost: number;
}

/** Works on executions that are due until the signal, or until none is left. Outlives a database that is briefly away. */
export async function workOnWaves(options: WorkOptions): Promise<Worked> {
  const { executions, concurrency, signal, onProblem } = options;
  const running = new Set<Promise<void>>();
  const worked = { turns: 0, lost: 0 };
  const begin = (taken: Parameters<typeof advance>[0]): void => {
    const turn = advance(taken, options, signal)
      .then((how) => {
        if (how === 'lost') worked.lost += 1;
        else worked.turns += 1;
      })
      // Its lease ends, and then it is taken again.
      .catch((error: unknown) => {
        onProblem(error as Error);
      })
      .finally(() => running.delete(turn));
    running.add(turn);
  };
  while (!signal.aborted) {
    const found = await look().catch((error: unknown) => {
      onProblem(error as Error);
      return 0;
    });
    if (found === 'done') break;
    const idle = delay(found > 0 ? 0 : options.pollSeconds * 1000, undefined, { signal }).catch(() => undefined);
    await (running.size >= concurrency ? Promise.race(running) : Promise.race([idle, ...(found > 0 ? [] : running)]));
  }
  await Promise.all(running);
  return worked;

  async function look(): Promise<number | 'done'> {
    const messages = await options.takeMessages();
    const free = concurrency - running.size;
    const taken = free > 0 ? await executions.take(free) : [];
    for (const one of taken) begin(one);
    const isIdle = messages === 0 && running.size === 0;
    if (isIdle && options.untilDone && (await executions.open('waiting')) === 0) return 'done';
    return messages + taken.length;
  }
}
