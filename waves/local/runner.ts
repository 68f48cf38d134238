import { errorNameOf, Fenced } from '../machines/errors.js';
import type { WaveStore } from '../machines/wave-store.js';
import type { Outcome, StepInput } from '../state-machine/state-machine.js';
import type { Executions, TakenExecution } from './executions.js';
import type { Interpreter, Move, Position, TaskResult } from './interpreter.js';
import { Lease } from './lease.js';

export interface RunnerOptions {
  readonly executions: Executions;
  readonly interpreter: Interpreter;
  /** Does one task, through a store that is fenced. */
  readonly runTask: (input: StepInput, store: WaveStore, signal: AbortSignal) => Promise<Outcome>;
  readonly leaseSeconds: number;
  readonly now: () => Date;
  /** In [0, 1). */
  readonly random: () => number;
}

/**
 * Takes an execution as far as it goes now: to its next wait, a retry or its end. It can be interrupted anywhere; who
 * takes it next does the task again in which it was. Resolves with `lost` where another worker has the machine.
 */
export async function advance(
  taken: TakenExecution,
  options: RunnerOptions,
  stop: AbortSignal,
): Promise<'released' | 'lost'> {
  const { executions, interpreter, now } = options;
  const lease = new Lease(taken, options);
  const steps = { lastTask: taken.position.state };
  // An order does not wait for the next attempt at what failed before it.
  const isPulledForward =
    interpreter.isTask(taken.position.state) && taken.position.dueAt !== null && taken.dueAt < taken.position.dueAt;
  const save = async ({ position, entered }: Move, release: boolean): Promise<boolean> => {
    const tasks = entered.filter((state) => interpreter.isTask(state) && state !== steps.lastTask);
    steps.lastTask = tasks.at(-1) ?? steps.lastTask;
    return (await executions.move(taken, { position, entered: tasks, release, at: now() })) === 'saved';
  };
  try {
    let move: Move = { position: taken.position, entered: [] };
    if (interpreter.isWait(move.position.state)) move = interpreter.afterWait(move.position, now().getTime());
    for (let isFirst = true; ; isFirst = false) {
      const { position } = move;
      // The store gives out what is due by its own clock.
      const isDue = position.dueAt !== null && (isFirst || position.dueAt <= now().getTime());
      if (!isDue || stop.aborted) return (await save(move, true)) ? 'released' : 'lost';
      if (move.entered.length > 0 && !(await save(move, false))) return 'lost';
      const result = await doTask(taken, position, options, lease.signal);
      if (result === 'lost') return 'lost';
      // An attempt before its time is none of those that are allowed.
      if (isFirst && isPulledForward && !result.ok) move = { position, entered: [] };
      else move = interpreter.afterTask(position, result, now().getTime(), options.random());
    }
  } finally {
    lease.close();
  }
}

async function doTask(
  taken: TakenExecution,
  position: Position,
  { executions, interpreter, runTask }: RunnerOptions,
  lease: AbortSignal,
): Promise<TaskResult | 'lost'> {
  const found = interpreter.task(position, taken);
  if (found === undefined) throw new Error(`${position.state} is not a task`);
  const { task, input } = found;
  const { signal, isTimedOut, end } = limited(lease, task.timeLimitSeconds);
  try {
    const outcome = await untilAborted(runTask(input, executions.storeOf(taken), signal), signal);
    return { ok: true, outcome };
  } catch (error) {
    if (lease.aborted || error instanceof Fenced) return 'lost';
    if (isTimedOut())
      return { ok: false, error: { Error: 'States.Timeout', Cause: `${task.timeLimitSeconds} s were over.` } };
    const Cause = error instanceof Error ? error.message : String(error);
    return { ok: false, error: { Error: errorNameOf(error), Cause } };
  } finally {
    end();
  }
}

interface Limited {
  /** Aborted with the other one, or when the time is over. */
  readonly signal: AbortSignal;
  readonly isTimedOut: () => boolean;
  readonly end: () => void;
}

function limited(other: AbortSignal, seconds: number): Limited {
  const controller = new AbortController();
  let timedOut = false;
  const onAbort = (): void => {
    controller.abort(other.reason);
  };
  const timer = setTimeout(() => {
    timedOut = true;
    controller.abort(new Error('The time of the step is over.'));
  }, seconds * 1000);
  if (other.aborted) onAbort();
  other.addEventListener('abort', onAbort);
  return {
    signal: controller.signal,
    isTimedOut: () => timedOut,
    end: () => {
      clearTimeout(timer);
      other.removeEventListener('abort', onAbort);
    },
  };
}

/** A task that does not end when it is told to can write nothing: its store looks at the same signal. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    reject(signal.reason as Error);
  };
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Nobody waits for it any longer.
    work.catch(() => undefined);
    promise.catch(() => undefined);
  }
}
