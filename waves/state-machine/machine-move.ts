import type { Action, Catch, EndState, HandlerName, Retry, State, StateMachine, TaskState } from './state-machine.js';

const minutes = 60;
const hours = 60 * minutes;
const days = 24 * hours;

/** Throttling, lost connections, a function that could not be started. */
const transient: Retry = {
  errors: [
    'TransientError',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.TooManyRequestsException',
    'States.Timeout',
  ],
  intervalSeconds: 5,
  maxAttempts: 8,
  backoffRate: 2,
  maxDelaySeconds: 5 * minutes,
  jitter: 'FULL',
};

/** Where giving up is worse than waiting: about ten days. */
const persistent: Retry = {
  errors: ['States.ALL'],
  intervalSeconds: 10,
  maxAttempts: 1000,
  backoffRate: 2,
  maxDelaySeconds: 15 * minutes,
  jitter: 'FULL',
};

const rollback: Retry = { ...transient, errors: ['States.ALL'], maxAttempts: 10 };
const finalization: Retry = { ...transient, errors: ['States.ALL'], maxAttempts: 12, maxDelaySeconds: 15 * minutes };
/** Of callbacks: the last attempt is about two hours after the first. */
const delivery: Retry = {
  ...transient,
  intervalSeconds: 10,
  maxAttempts: 8,
  backoffRate: 3,
  maxDelaySeconds: 1 * hours,
};

interface Task {
  readonly handler: HandlerName;
  readonly action: Action;
  readonly next: string;
  readonly onError: string;
  /** @default transient */
  readonly retry?: Retry;
  /** @default 300 */
  readonly timeLimitSeconds?: number;
  readonly withError?: true;
}

function task({
  handler,
  action,
  next,
  onError,
  retry = transient,
  timeLimitSeconds = 300,
  withError,
}: Task): TaskState {
  const caught: Catch = { errors: ['States.ALL'], next: onError };
  return {
    kind: 'task',
    handler,
    action,
    ...(withError && { withError }),
    retry: [retry],
    catch: [caught],
    timeLimitSeconds,
    next,
  };
}

/** A notification that fails has no consequence for the machine. */
function notify({ action, next, withError }: Pick<Task, 'action' | 'next' | 'withError'>): TaskState {
  return task({
    handler: 'callback_handler',
    action,
    next,
    onError: next,
    retry: delivery,
    ...(withError && { withError }),
  });
}

function when(choices: Readonly<Record<string, string>>, otherwise: string): State {
  const listed = Object.entries(choices).map(([outcome, next]) => ({ outcome, next }));
  return { kind: 'choice', choices: listed, otherwise };
}

function end(error: string, cause: string): EndState {
  return { kind: 'fail', error, cause };
}

/**
 * How one machine moves. Until the cutover has been verified, every failure is rolled back. After that the machine at the
 * target is in use: only a person's order rolls it back, and once finalizing has begun, nothing does.
 */
export const machineMove: StateMachine = {
  comment: 'Moves one virtual machine; waves/state-machine/machine-move.ts of aws2openstack.',
  startAt: 'ValidateInput',
  timeLimitSeconds: 90 * days,
  states: {
    ValidateInput: task({
      handler: 'validate_input',
      action: 'validate',
      next: 'PrepareSource',
      onError: 'NotifyRejected',
    }),
    PrepareSource: task({
      handler: 'prepare_source',
      action: 'prepare',
      next: 'StartReplication',
      onError: 'RollBack',
      timeLimitSeconds: 840,
    }),
    StartReplication: task({
      handler: 'trigger_migration',
      action: 'replicate',
      next: 'ReplicationWait',
      onError: 'RollBack',
      timeLimitSeconds: 840,
    }),
    ReplicationWait: { kind: 'wait', next: 'CheckReplication' },
    CheckReplication: task({
      handler: 'verify_migration',
      action: 'check-replication',
      next: 'ReplicationReady',
      onError: 'RollBack',
      timeLimitSeconds: 840,
    }),
    ReplicationReady: when({ ready: 'StartTest', rollback: 'OrderedRollBack' }, 'ReplicationWait'),
    StartTest: task({
      handler: 'trigger_migration',
      action: 'test',
      next: 'TestStarted',
      onError: 'RollBack',
      timeLimitSeconds: 840,
    }),
    TestStarted: when({ started: 'TestWait' }, 'AwaitCutover'),
    TestWait: { kind: 'wait', next: 'CheckTest' },
    CheckTest: task({
      handler: 'verify_migration',
      action: 'check-test',
      next: 'TestReady',
      onError: 'RollBack',
    }),
    TestReady: when({ ready: 'AwaitCutover', rollback: 'OrderedRollBack' }, 'TestWait'),
    AwaitCutover: task({
      handler: 'verify_migration',
      action: 'check-cutover-order',
      next: 'CutoverOrdered',
      onError: 'RollBack',
    }),
    CutoverOrdered: when(
      { cutover: 'StartCutover', rollback: 'OrderedRollBack', test: 'StartTest' },
      'CutoverOrderWait',
    ),
    CutoverOrderWait: { kind: 'wait', next: 'AwaitCutover' },
    StartCutover: task({
      handler: 'trigger_migration',
      action: 'cut-over',
      next: 'CutoverWait',
      onError: 'RollBack',
      timeLimitSeconds: 840,
    }),
    CutoverWait: { kind: 'wait', next: 'CheckCutover' },
    CheckCutover: task({
      handler: 'verify_migration',
      action: 'check-cutover',
      next: 'CutoverReady',
      onError: 'RollBack',
    }),
    CutoverReady: when({ ready: 'NotifyCutOver', rollback: 'OrderedRollBack' }, 'CutoverWait'),
    NotifyCutOver: notify({ action: 'notify-cut-over', next: 'AwaitFinalize' }),
    AwaitFinalize: task({
      handler: 'verify_migration',
      action: 'check-finalize-order',
      next: 'FinalizeOrdered',
      onError: 'NotifyNeedsAttention',
      retry: persistent,
    }),
    FinalizeOrdered: when(
      { finalize: 'FinalizeCutover', rollback: 'OrderedRollBack', overdue: 'FinalizeOverdue' },
      'FinalizeOrderWait',
    ),
    FinalizeOverdue: {
      kind: 'pass',
      error: { name: 'FinalizeOverdue', cause: 'Nobody has finalized the machine in time.' },
      next: 'NotifyNeedsAttention',
    },
    FinalizeOrderWait: { kind: 'wait', next: 'AwaitFinalize' },
    FinalizeCutover: task({
      handler: 'finalize_cutover',
      action: 'finalize',
      next: 'NotifyFinalized',
      onError: 'NotifyFinalizeFailed',
      retry: finalization,
      timeLimitSeconds: 840,
    }),
    NotifyFinalized: notify({ action: 'notify-finalized', next: 'Finalized' }),
    Finalized: { kind: 'succeed' },
    OrderedRollBack: {
      kind: 'pass',
      error: { name: 'RollbackOrdered', cause: 'Somebody ordered the rollback.' },
      next: 'RollBack',
    },
    RollBack: task({
      handler: 'rollback_handler',
      action: 'roll-back',
      next: 'NotifyRolledBack',
      onError: 'NotifyRollbackFailed',
      retry: rollback,
      timeLimitSeconds: 840,
      withError: true,
    }),
    NotifyRolledBack: notify({ action: 'notify-rolled-back', next: 'RolledBack', withError: true }),
    RolledBack: end('RolledBack', 'The machine runs at its source again; its events say why.'),
    NotifyRollbackFailed: notify({ action: 'notify-rollback-failed', next: 'RollbackFailed', withError: true }),
    RollbackFailed: end('RollbackFailed', 'The rollback was not completed; its events say what is left.'),
    NotifyRejected: notify({ action: 'notify-rejected', next: 'Rejected', withError: true }),
    Rejected: end('Rejected', 'The machine was refused before anything was changed.'),
    NotifyNeedsAttention: notify({ action: 'notify-needs-attention', next: 'NeedsAttention', withError: true }),
    NeedsAttention: end('NeedsAttention', 'The machine runs at the target and is not finalized.'),
    NotifyFinalizeFailed: notify({ action: 'notify-needs-attention', next: 'FinalizeFailed', withError: true }),
    FinalizeFailed: end('FinalizeFailed', 'The machine runs at the target; finalizing it was not completed.'),
  },
};
