import type {
  MatchedError,
  Outcome,
  Retry,
  StateMachine,
  StepInput,
  TaskState,
} from '../state-machine/state-machine.js';

/** Where an execution is; JSON, so that it can be stored. Times are milliseconds since 1970. */
export interface Position {
  /** A task, a wait or an end of the state machine. */
  readonly state: string;
  /** When it goes on; null at the end. */
  readonly dueAt: number | null;
  readonly startedAt: number;
  /** `$.outcome` of Amazon States Language. */
  readonly outcome?: Outcome;
  /** `$.error`. */
  readonly error?: ExecutionError;
  /** Of the task's retriers, in their order: how often each was used. */
  readonly retries: readonly number[];
}

export interface ExecutionError {
  readonly Error: string;
  readonly Cause?: string;
}

/** A position, and the states that were entered on the way to it. */
export interface Move {
  readonly position: Position;
  readonly entered: readonly string[];
}

export type TaskResult =
  { readonly ok: true; readonly outcome: Outcome } | { readonly ok: false; readonly error: ExecutionError };

/** The same way as an execution of the rendered state machine takes on AWS. Pure. */
export class Interpreter {
  readonly #machine: StateMachine;

  constructor(machine: StateMachine) {
    this.#machine = machine;
  }

  start(now: number): Move {
    return this.#enter(this.#machine.startAt, { startedAt: now }, now);
  }

  /** The task that is to be done, and what it is to be given; `undefined` at a wait and at the end. */
  task(
    { state, error }: Position,
    execution: { readonly migrationId: string; readonly correlationId: string },
  ): { readonly task: TaskState; readonly input: StepInput } | undefined {
    const task = this.#machine.states[state];
    if (task?.kind !== 'task') return undefined;
    const { migrationId, correlationId } = execution;
    const input = { action: task.action, state, migrationId, correlationId };
    return { task, input: task.withError === true && error !== undefined ? { ...input, error } : input };
  }

  /** Of a wait that is over. */
  afterWait(position: Position, now: number): Move {
    const wait = this.#machine.states[position.state];
    if (wait?.kind !== 'wait') throw new Error(`${position.state} is not a wait`);
    return this.#enter(wait.next, position, now);
  }

  /** `random` is in [0, 1). */
  afterTask(position: Position, result: TaskResult, now: number, random: number): Move {
    const task = this.#machine.states[position.state];
    if (task?.kind !== 'task') throw new Error(`${position.state} is not a task`);
    if (result.ok) return this.#enter(task.next, { ...position, outcome: result.outcome }, now);
    const { error } = result;
    const index = task.retry.findIndex(({ errors }) => matches(errors, error.Error));
    const retry = task.retry[index];
    const used = position.retries[index] ?? 0;
    if (retry !== undefined && used < retry.maxAttempts) {
      const retries = task.retry.map((_, each) => (position.retries[each] ?? 0) + (each === index ? 1 : 0));
      const dueAt = now + Math.ceil(delaySeconds(retry, used, random) * 1000);
      return { position: { ...position, retries, dueAt }, entered: [] };
    }
    const caught = task.catch.find(({ errors }) => matches(errors, error.Error));
    if (caught === undefined) throw new Error(`${position.state} does not catch ${error.Error}`);
    return this.#enter(caught.next, { ...position, error }, now);
  }

  isTask(state: string): boolean {
    return this.#machine.states[state]?.kind === 'task';
  }

  isWait(state: string): boolean {
    return this.#machine.states[state]?.kind === 'wait';
  }

  /** How the execution ended; `undefined` while it goes on. */
  end({ state }: Position): { readonly succeeded: boolean; readonly error?: string } | undefined {
    const reached = this.#machine.states[state];
    if (reached?.kind === 'succeed') return { succeeded: true };
    return reached?.kind === 'fail' ? { succeeded: false, error: reached.error } : undefined;
  }

  #enter(name: string, before: Pick<Position, 'startedAt' | 'outcome' | 'error'>, now: number): Move {
    const entered: string[] = [];
    const { startedAt, outcome } = before;
    let { error } = before;
    for (let state = name; ;) {
      entered.push(state);
      const reached = this.#machine.states[state];
      const at = (dueAt: number | null): Move => ({
        position: {
          state,
          dueAt,
          startedAt,
          ...(outcome && { outcome }),
          ...(error && { error }),
          retries: [],
        },
        entered,
      });
      switch (reached?.kind) {
        case 'task':
          return at(now);
        case 'wait':
          return at(now + secondsOf(outcome, state) * 1000);
        case 'succeed':
        case 'fail':
          return at(null);
        case 'pass':
          error = { Error: reached.error.name, Cause: reached.error.cause };
          state = reached.next;
          break;
        case 'choice':
          state = reached.choices.find(({ outcome: one }) => one === outcome?.is)?.next ?? reached.otherwise;
          break;
        case undefined:
          throw new Error(`the state machine has no state ${state}`);
      }
    }
  }
}

function secondsOf(outcome: Outcome | undefined, state: string): number {
  if (outcome?.waitSeconds === undefined) throw new Error(`no waitSeconds before ${state}`);
  return outcome.waitSeconds;
}

/** Source: Amazon States Language, 'Retrying after error'. */
function delaySeconds(
  { intervalSeconds, backoffRate, maxDelaySeconds, jitter }: Retry,
  used: number,
  random: number,
): number {
  const full = Math.min(maxDelaySeconds, intervalSeconds * backoffRate ** used);
  return jitter === 'FULL' ? full * random : full;
}

function matches(errors: readonly MatchedError[], error: string): boolean {
  return errors.some(
    (one) => one === error || one === 'States.ALL' || (one === 'States.TaskFailed' && error !== 'States.Timeout'),
  );
}
