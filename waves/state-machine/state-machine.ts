/** A Lambda function on AWS; locally the step is called in the worker. */
export type HandlerName =
  | 'validate_input'
  | 'prepare_source'
  | 'trigger_migration'
  | 'verify_migration'
  | 'finalize_cutover'
  | 'rollback_handler'
  | 'callback_handler';

/** The name of an error that a step may fail with. Only `TransientError` is worth another attempt at once. */
export type ErrorName =
  | 'ValidationError'
  | 'PrerequisiteError'
  | 'SourcePreparationError'
  | 'MigrationExecutionError'
  | 'VerificationError'
  | 'CutoverError'
  | 'RollbackError'
  | 'TransientError';

/** `States.TaskFailed` is every error but `States.Timeout`; `States.ALL` is both. Source: Amazon States Language, 'Errors'. */
export type MatchedError =
  | ErrorName
  | 'Lambda.ServiceException'
  | 'Lambda.AWSLambdaException'
  | 'Lambda.SdkClientException'
  | 'Lambda.TooManyRequestsException'
  | 'States.Timeout'
  | 'States.TaskFailed'
  | 'States.ALL';

export interface Retry {
  readonly errors: readonly MatchedError[];
  readonly intervalSeconds: number;
  /** Of the attempts after the first one. */
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number;
  readonly jitter: 'FULL' | 'NONE';
}

/** The error goes to `$.error`, as `{ Error, Cause }`. */
export interface Catch {
  readonly errors: readonly MatchedError[];
  readonly next: string;
}

/** Calls a handler with a `StepInput`; the answer goes to `$.outcome`. */
export interface TaskState {
  readonly kind: 'task';
  readonly handler: HandlerName;
  readonly action: Action;
  /** Whether `$.error` is passed on, which every way to this state must have set. */
  readonly withError?: true;
  readonly retry: readonly Retry[];
  readonly catch: readonly Catch[];
  /** Of one attempt. */
  readonly timeLimitSeconds: number;
  readonly next: string;
}

/** Waits for `$.outcome.waitSeconds`, which the task before it has answered. */
export interface WaitState {
  readonly kind: 'wait';
  readonly next: string;
}

/** Compares `$.outcome.is`. */
export interface ChoiceState {
  readonly kind: 'choice';
  readonly choices: readonly { readonly outcome: string; readonly next: string }[];
  readonly otherwise: string;
}

/** Sets `$.error`, as a catch does. */
export interface PassState {
  readonly kind: 'pass';
  readonly error: { readonly name: string; readonly cause: string };
  readonly next: string;
}

export type EndState =
  { readonly kind: 'succeed' } | { readonly kind: 'fail'; readonly error: string; readonly cause: string };

export type State = TaskState | WaitState | ChoiceState | PassState | EndState;

export interface StateMachine {
  readonly comment: string;
  readonly startAt: string;
  /** Of the whole execution. */
  readonly timeLimitSeconds: number;
  readonly states: Readonly<Record<string, State>>;
}

/** The name of the action that a task asks its handler for. Each is one step of `waves/steps/`. */
export type Action =
  | 'validate'
  | 'prepare'
  | 'replicate'
  | 'check-replication'
  | 'test'
  | 'check-test'
  | 'check-cutover-order'
  | 'cut-over'
  | 'check-cutover'
  | 'check-finalize-order'
  | 'finalize'
  | 'roll-back'
  | 'notify-rejected'
  | 'notify-cut-over'
  | 'notify-finalized'
  | 'notify-rolled-back'
  | 'notify-rollback-failed'
  | 'notify-needs-attention';

/** The input of every handler. The payload is in the store. */
export interface StepInput {
  readonly action: Action;
  /** Name of the state. */
  readonly state: string;
  readonly migrationId: string;
  readonly correlationId: string;
  /** Why the execution came here. */
  readonly error?: { readonly Error: string; readonly Cause?: string };
}

/** The answer of every handler; small, because the execution carries it. Details are in the store. */
export interface Outcome {
  readonly is: string;
  /** Before the next look; of `waiting` and of what is followed by a wait. */
  readonly waitSeconds?: number;
  readonly [detail: string]: string | number | boolean | null | undefined;
}
