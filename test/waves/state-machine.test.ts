import { describe, expect, test } from '@jest/globals';
import validate from 'asl-validator';
import { StateMachine } from 'aws-local-stepfunctions';
import type { RunOptions, StateMachineDefinition } from 'aws-local-stepfunctions';
import fc from 'fast-check';
import { Interpreter } from '../../waves/local/index.js';
import type { TaskResult } from '../../waves/local/interpreter.js';
import { machineMove, renderStateMachine } from '../../waves/state-machine/index.js';
import type { Outcome } from '../../waves/state-machine/index.js';

const definition = renderStateMachine(
  machineMove,
  (handler) => `arn:aws:lambda:eu-central-1:123456789012:function:${handler}`,
);
// The library sets a timer, which Node limits to 24 days.
const withoutTimeLimit = Object.fromEntries(Object.entries(definition).filter(([name]) => name !== 'TimeoutSeconds'));
const tasks = Object.entries(machineMove.states).flatMap(([name, state]) =>
  state.kind === 'task' ? [{ name, ...state }] : [],
);
const waits = Object.entries(machineMove.states).flatMap(([name, { kind }]) => (kind === 'wait' ? [name] : []));

/** What tasks answer, in the order in which they are called; after the last one, what leads on. */
type Script = readonly TaskResult[];
type Called = readonly { readonly state: string; readonly action: unknown; readonly error: unknown }[];

interface History {
  /** Every state that was entered, and what was called. */
  readonly states: readonly string[];
  readonly called: Called;
  readonly succeeded: boolean;
}

/** Leads to the end, whatever came before. */
const onwards: Readonly<Record<string, string>> = {
  CheckReplication: 'ready',
  StartTest: 'skipped',
  CheckTest: 'ready',
  AwaitCutover: 'cutover',
  CheckCutover: 'ready',
  AwaitFinalize: 'finalize',
};

function answers(script: Script): (state: string) => TaskResult {
  const left = [...script];
  return (state) => left.shift() ?? succeed(onwards[state] ?? 'done');
}

const succeed = (is: string): TaskResult => ({ ok: true, outcome: { is, waitSeconds: 15 } });
const failWith = (name: string): TaskResult => ({ ok: false, error: { Error: name, Cause: `a ${name}` } });

async function onStepFunctions(script: Script): Promise<History> {
  const answer = answers(script);
  const called: { state: string; action: unknown; error: unknown }[] = [];
  const handler = (input: unknown): Promise<Outcome> => {
    const { state, action, error } = input as { state: string; action: unknown; error?: unknown };
    called.push({ state, action, error });
    const result = answer(state);
    if (result.ok) return Promise.resolve(result.outcome);
    return Promise.reject(Object.assign(new Error(result.error.Cause), { name: result.error.Error }));
  };
  const machine = new StateMachine(withoutTimeLimit as unknown as StateMachineDefinition, {
    validationOptions: { noValidate: true },
  });
  const none = (names: readonly string[]): Record<string, number> => Object.fromEntries(names.map((name) => [name, 0]));
  const run = machine.run(
    { migrationId: 'm-1', correlationId: 'c-1' },
    {
      overrides: {
        taskResourceLocalHandlers: Object.fromEntries(
          tasks.map(({ name }) => [name, handler]),
        ) as unknown as NonNullable<NonNullable<RunOptions['overrides']>['taskResourceLocalHandlers']>,
        waitTimeOverrides: none(waits),
        retryIntervalOverrides: none(tasks.map(({ name }) => name)),
      },
    },
  );
  const states: string[] = [];
  const reading = (async () => {
    for await (const event of run.eventLogs) if (event.type === 'StateEntered') states.push(event.state.name);
  })();
  const succeeded = await run.result.then(
    () => true,
    () => false,
  );
  await reading;
  return { states, called, succeeded };
}

function onInterpreter(script: Script): History {
  const answer = answers(script);
  const interpreter = new Interpreter(machineMove);
  const called: { state: string; action: unknown; error: unknown }[] = [];
  const states: string[] = [];
  let now = 0;
  for (let move = interpreter.start(now); ;) {
    states.push(...move.entered);
    const { position } = move;
    now = position.dueAt ?? now;
    const end = interpreter.end(position);
    if (end !== undefined) return { states, called, succeeded: end.succeeded };
    const found = interpreter.task(position, { migrationId: 'm-1', correlationId: 'c-1' });
    if (found === undefined) {
      move = interpreter.afterWait(position, now);
      continue;
    }
    const { state, action, error } = found.input;
    called.push({ state, action, error });
    move = interpreter.afterTask(position, answer(state), now, 0.5);
  }
}

/** A script that leads to a task, by what each task before it answers. */
const asHeads = {
  PrepareSource: [succeed('valid')],
  RollBack: [succeed('valid'), failWith('SourcePreparationError')],
};

async function historyOf(script: Script): Promise<History> {
  const history = await onStepFunctions(script);
  expect(onInterpreter(script)).toEqual(history);
  return history;
}

test('asl-validator finds nothing', () => {
  expect(validate(definition)).toMatchObject({ isValid: true, errors: [] });
});

test('the way of a machine that is ordered on at once', async () => {
  const { states, succeeded } = await historyOf([]);
  expect(succeeded).toBe(true);
  expect(states).toEqual([
    'ValidateInput',
    'PrepareSource',
    'StartReplication',
    'ReplicationWait',
    'CheckReplication',
    'ReplicationReady',
    'StartTest',
    'TestStarted',
    'AwaitCutover',
    'CutoverOrdered',
    'StartCutover',
    'CutoverWait',
    'CheckCutover',
    'CutoverReady',
    'NotifyCutOver',
    'AwaitFinalize',
    'FinalizeOrdered',
    'FinalizeCutover',
    'NotifyFinalized',
    'Finalized',
  ]);
});

test('a rollback that was ordered is given its reason', async () => {
  const { called, states } = await historyOf([
    ...asHeads.PrepareSource,
    succeed('prepared'),
    succeed('started'),
    succeed('rollback'),
  ]);
  expect(states.at(-1)).toBe('RolledBack');
  expect(called.at(-2)).toEqual({
    state: 'RollBack',
    action: 'roll-back',
    error: { Error: 'RollbackOrdered', Cause: 'Somebody ordered the rollback.' },
  });
});

test('a rollback after a failure is given the failure', async () => {
  const { called } = await historyOf(asHeads.RollBack);
  expect(called.at(-2)).toMatchObject({ state: 'RollBack', error: { Error: 'SourcePreparationError' } });
});

describe('every branch', () => {
  const covered = new Set<string>();
  const arrows = Object.entries(machineMove.states).flatMap(([name, state]) => {
    if (state.kind === 'choice')
      return [...state.choices.map(({ next }) => next), state.otherwise].map((next) => `${name} → ${next}`);
    if (state.kind === 'task')
      return [`${name} → ${state.next}`, ...state.catch.map(({ next }) => `${name} → ${next}`)];
    return state.kind === 'wait' || state.kind === 'pass' ? [`${name} → ${state.next}`] : [];
  });

  /** Leads to a state by the shortest way, as answers of the tasks on it. */
  function wayTo(goal: string): Script {
    const known = new Map<string, Script>([[machineMove.startAt, []]]);
    const queue = [machineMove.startAt];
    for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
      const script = known.get(state) ?? [];
      if (state === goal) return script;
      for (const [next, more] of nextOf(state)) {
        if (known.has(next)) continue;
        known.set(next, [...script, ...more]);
        queue.push(next);
      }
    }
    throw new Error(`no way leads to ${goal}`);
  }

  /** The states after a state, with what its task must answer; a choice belongs to the task before it. */
  function nextOf(name: string): readonly (readonly [string, Script])[] {
    const state = machineMove.states[name];
    if (state?.kind === 'wait' || state?.kind === 'pass') return [[state.next, []]];
    if (state?.kind !== 'task') return [];
    const failures = failuresOf(state.retry[0]?.maxAttempts ?? 0);
    const caught = state.catch.map(({ next }) => [next, failures] as const);
    const after = machineMove.states[state.next];
    const answered =
      after?.kind === 'choice'
        ? [
            ...after.choices.map(({ outcome, next }) => [next, [succeed(outcome)]] as const),
            [after.otherwise, [succeed('waiting')]] as const,
          ]
        : [[state.next, [succeed('done')]] as const];
    return [...answered, ...caught];
  }

  const failuresOf = (retries: number): Script => Array.from({ length: retries + 1 }, () => failWith('TransientError'));

  test.each(tasks)('$name', async ({ name }) => {
    const way = wayTo(name);
    for (const [, more] of nextOf(name)) {
      const { states } = await historyOf([...way, ...more]);
      states.slice(1).forEach((state, index) => covered.add(`${states[index] ?? ''} → ${state}`));
      expect(['Finalized', 'RolledBack', 'RollbackFailed', 'Rejected', 'NeedsAttention', 'FinalizeFailed']).toContain(
        states.at(-1),
      );
    }
  });

  test('all were taken', () => {
    expect(arrows.filter((arrow) => !covered.has(arrow))).toEqual([]);
  });
});

test('the interpreter and Amazon States Language go the same way, whatever tasks answer', async () => {
  const answer = fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .constantFrom(
          'waiting',
          'ready',
          'started',
          'skipped',
          'cutover',
          'rollback',
          'test',
          'finalize',
          'overdue',
          'told',
          'partly',
        )
        .map(succeed),
    },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom(
          'TransientError',
          'ValidationError',
          'PrerequisiteError',
          'SourcePreparationError',
          'MigrationExecutionError',
          'VerificationError',
          'CutoverError',
          'RollbackError',
          'TypeError',
          'Lambda.TooManyRequestsException',
        )
        .map(failWith),
    },
  );
  const runs = Number(process.env['A2O_WAVE_SCRIPTS'] ?? 300);
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { maxLength: 60 }), async (script) => {
      expect(onInterpreter(script)).toEqual(await onStepFunctions(script));
    }),
    { numRuns: runs },
  );
});
