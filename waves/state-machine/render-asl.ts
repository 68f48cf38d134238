import type { HandlerName, Retry, State, StateMachine, TaskState } from './state-machine.js';

/**
 * A state machine in Amazon States Language with JSONPath. The input of an execution is `{ migrationId, correlationId }`.
 * Source: Amazon States Language specification.
 */
export function renderStateMachine(machine: StateMachine, functionArn: (handler: HandlerName) => string): object {
  const { comment, startAt, timeLimitSeconds, states } = machine;
  return {
    Comment: comment,
    StartAt: startAt,
    TimeoutSeconds: timeLimitSeconds,
    States: Object.fromEntries(
      Object.entries(states).map(([name, state]) => [name, renderState(name, state, functionArn)]),
    ),
  };
}

function renderState(name: string, state: State, functionArn: (handler: HandlerName) => string): object {
  switch (state.kind) {
    case 'task':
      return renderTask(name, state, functionArn(state.handler));
    case 'wait':
      return { Type: 'Wait', SecondsPath: '$.outcome.waitSeconds', Next: state.next };
    case 'choice':
      return {
        Type: 'Choice',
        Choices: state.choices.map(({ outcome, next }) => ({
          Variable: '$.outcome.is',
          StringEquals: outcome,
          Next: next,
        })),
        Default: state.otherwise,
      };
    case 'pass':
      return {
        Type: 'Pass',
        Result: { Error: state.error.name, Cause: state.error.cause },
        ResultPath: '$.error',
        Next: state.next,
      };
    case 'succeed':
      return { Type: 'Succeed' };
    case 'fail':
      return { Type: 'Fail', Error: state.error, Cause: state.cause };
  }
}

function renderTask(name: string, state: TaskState, resource: string): object {
  return {
    Type: 'Task',
    Resource: resource,
    Parameters: {
      action: state.action,
      state: name,
      'migrationId.$': '$.migrationId',
      'correlationId.$': '$.correlationId',
      ...(state.withError && { 'error.$': '$.error' }),
    },
    ResultPath: '$.outcome',
    TimeoutSeconds: state.timeLimitSeconds,
    Retry: state.retry.map(renderRetry),
    Catch: state.catch.map(({ errors, next }) => ({ ErrorEquals: errors, ResultPath: '$.error', Next: next })),
    Next: state.next,
  };
}

function renderRetry({ errors, intervalSeconds, maxAttempts, backoffRate, maxDelaySeconds, jitter }: Retry): object {
  return {
    ErrorEquals: errors,
    IntervalSeconds: intervalSeconds,
    MaxAttempts: maxAttempts,
    BackoffRate: backoffRate,
    MaxDelaySeconds: maxDelaySeconds,
    JitterStrategy: jitter,
  };
}
