import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { addWaveMessages, countWaveMessages, waveDeadLetters } from '../../state/index.js';
import type { State } from '../../state/index.js';
import { Interpreter, runWaveWorker, StateExecutions, StateWaveStore, takeMessages } from '../../waves/local/index.js';
import type { Executions } from '../../waves/local/executions.js';
import { advance } from '../../waves/local/runner.js';
import type { RunnerOptions } from '../../waves/local/runner.js';
import { Fenced } from '../../waves/machines/index.js';
import { machineMove } from '../../waves/state-machine/index.js';
import { runStep } from '../../waves/steps/index.js';
import { FakeCloud } from '../support/fake-cloud.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';
import { payloadOf } from '../support/wave-payloads.js';

jest.setTimeout(300_000);
const interpreter = new Interpreter(machineMove);
const leaseSeconds = 60;

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  let state: State;
  let store: StateWaveStore;
  const clock = { now: Date.parse('2026-12-01T00:00:00Z') };
  const now = (): Date => new Date(clock.now);

  beforeAll(async () => {
    engine = await startEngine(name);
    state = await opened(await engine.fresh());
    store = new StateWaveStore(state, interpreter);
  }, 180_000);
  afterAll(async () => {
    await state.close();
    await engine.stop();
  });

  const executionsOf = (holder: string): StateExecutions =>
    new StateExecutions({ state, store, holder, leaseSeconds, now });

  async function made(id: string): Promise<void> {
    await store.create({ payload: payloadOf(id, { rules: { start: 'when-ready' } }), correlationId: id, at: now() });
  }

  test('a worker that was stopped past its lease and goes on cannot write, 200 times of 200', async () => {
    await made('stopped');
    const [first, second] = [executionsOf('first'), executionsOf('second')];
    let fenced = 0;
    for (let round = 0; round < 200; round += 1) {
      const [old] = await first.take(1);
      if (old === undefined) throw new Error('nothing was due');
      expect(await second.take(1)).toEqual([]);
      const held = first.storeOf(old);
      const claim = await held.claim('stopped', 'Test', 'first');
      clock.now += leaseSeconds * 1000 + 1;
      const [young] = await second.take(1);
      if (young === undefined) throw new Error('the lease has not ended');

      const step = { position: { ...old.position, dueAt: null }, entered: [], release: true, at: now() };
      const answers = [
        await held.save('stopped', claim?.fence ?? -1, { at: now(), status: 'REJECTED', memory: { by: 'first' } }),
        await first.move(old, step),
        await held.takePlace('pool', 'stopped', claim?.fence ?? -1, 1),
        (await first.keep(old)) ? 'kept' : 'fenced',
        await held.claim('stopped', 'Test', 'first').then(
          () => 'claimed',
          (error: unknown) => (error instanceof Fenced ? 'fenced' : 'failed'),
        ),
      ];
      if (answers.every((answer) => answer === 'fenced')) fenced += 1;
      const saved = await second.storeOf(young).save('stopped', young.fence, { at: now(), memory: { round } });
      expect(saved).toBe('saved');
      expect(await second.move(young, { ...step, position: young.position })).toBe('saved');
    }
    expect(fenced).toBe(200);
    expect(await store.read('stopped')).toMatchObject({ status: 'PENDING', memory: { round: 199 } });
    expect((await store.read('stopped'))?.memory).not.toHaveProperty('by');
  });

  test('workers at the same time take each machine once', async () => {
    for (let index = 0; index < 40; index += 1) await made(`shared-${index}`);
    const taken = await Promise.all(['a', 'b', 'c', 'd'].map((holder) => executionsOf(holder).take(20)));
    const ids = taken
      .flat()
      .map(({ migrationId }) => migrationId)
      .filter((id) => id.startsWith('shared-'));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(40);
    clock.now += leaseSeconds * 1000 + 1;
    for (let index = 0; index < 40; index += 1) await close(`shared-${index}`);
  });

  /** Takes a machine out of the way of other tests. */
  async function close(id: string): Promise<void> {
    const executions = executionsOf('closer');
    for (const one of await executions.take(100)) {
      const dueAt = one.migrationId.startsWith(id.replace(/-\d+$/, '')) ? null : one.position.dueAt;
      await executions.move(one, { position: { ...one.position, dueAt }, entered: [], release: true, at: now() });
    }
  }

  test('an execution that is interrupted at each call of the store or the service goes on from there, to one end', async () => {
    const runs: string[] = [];
    for (let cut = 1; ; cut += 1) {
      const id = `cut-${cut}`;
      const cloud = new FakeCloud({ now: () => clock.now, copySeconds: () => 60 });
      await made(id);
      const calls = { count: 0 };
      const isCut = await moveWith(id, cloud, () => {
        calls.count += 1;
        if (calls.count === cut) throw new Error('killed');
      });
      const record = await store.read(id);
      runs.push(`${id} ${record?.status ?? ''}`);
      expect(record?.status).toBe('FINALIZED');
      expect(cloud.violations).toEqual([]);
      expect(cloud.world(id)).toMatchObject({ launches: 1, finalized: 1, source: 'stopped', testServer: false });
      if (!isCut) break;
    }
    expect(runs.length).toBeGreaterThan(50);
  });

  /** Until its end; whether it was cut. */
  async function moveWith(id: string, cloud: FakeCloud, onCall: () => void): Promise<boolean> {
    let isCut = false;
    // A process that was killed does nothing more.
    let isDead = false;
    const live = (): void => {
      if (isDead) throw new Error('killed');
      try {
        onCall();
      } catch (error) {
        isDead = true;
        throw error;
      }
    };
    const counted = <T extends object>(target: T): T =>
      new Proxy(target, {
        get: (real, key) => {
          const value: unknown = Reflect.get(real, key);
          if (typeof value !== 'function') return value;
          return (...args: readonly unknown[]) => {
            if (key === 'storeOf') return counted(value.apply(real, args) as object);
            if (key !== 'keep') live();
            return value.apply(real, args) as unknown;
          };
        },
      });
    const executions: Executions = executionsOf('mover');
    const options: RunnerOptions = {
      executions: counted(executions),
      interpreter,
      leaseSeconds: 1000,
      now,
      random: () => 0.5,
      runTask: (input, held, signal) =>
        runStep(
          input,
          { store: held, services: [counted(cloud)], notifiers: [], holder: 'mover', now, log: () => undefined },
          signal,
        ),
    };
    for (let turn = 0; turn < 200; turn += 1) {
      const [taken] = await executions.take(1);
      if (taken === undefined) {
        const record = await store.read(id);
        if (record?.status === 'FINALIZED') return isCut;
        if (record?.status === 'CUT_OVER') await store.order(id, { kind: 'finalize', by: 'ada', at: now() });
        clock.now += 30_000;
        continue;
      }
      await advance(taken, options, new AbortController().signal).catch((error: unknown) => {
        if ((error as Error).message !== 'killed') throw error;
        isCut = true;
        isDead = false;
        clock.now += leaseSeconds * 1000 + 1;
      });
    }
    throw new Error(`${id} did not end`);
  }

  test('a machine is not taken while nothing is due, and at once after an order', async () => {
    const cloud = new FakeCloud({ now: () => clock.now, copySeconds: () => 60 });
    await store.create({ payload: payloadOf('woken', { rules: { test: false } }), correlationId: 'c', at: now() });
    const executions = executionsOf('waker');
    const options: RunnerOptions = {
      executions,
      interpreter,
      leaseSeconds: 1000,
      now,
      random: () => 0.5,
      runTask: (input, held, signal) =>
        runStep(
          input,
          { store: held, services: [cloud], notifiers: [], holder: 'waker', now, log: () => undefined },
          signal,
        ),
    };
    const go = async (): Promise<number> => {
      const taken = await executions.take(10);
      for (const one of taken) await advance(one, options, new AbortController().signal);
      return taken.length;
    };
    for (let round = 0; round < 20 && (await store.read('woken'))?.status !== 'READY'; round += 1) {
      await go();
      clock.now += 30_000;
    }
    clock.now += 3_000_000;
    await go();
    expect(await go()).toBe(0);
    await store.order('woken', { kind: 'rollback', by: 'ada', at: now() });
    expect(await go()).toBe(1);
    expect(await store.read('woken')).toMatchObject({ status: 'ROLLED_BACK' });
  });

  test('messages are taken in once; poisoned ones become dead letters with what is wrong', async () => {
    const good = JSON.stringify(payloadOf('message-1'));
    const changed = JSON.stringify(payloadOf('message-1', { wave: 'another' }));
    await addWaveMessages(state, [good, good, '{', '{"migrationId":"x y"}', changed, 'null\u0000']);
    await Promise.all([takeMessages(state, interpreter, now), takeMessages(state, interpreter, now)]);
    while ((await takeMessages(state, interpreter, now)) > 0);
    expect(await countWaveMessages(state)).toBe(0);
    expect((await store.read('message-1'))?.wave).toBe('wave-1');
    const letters = await waveDeadLetters(state);
    expect(letters).toHaveLength(4);
    expect(letters.every(({ problems }) => problems.length > 0)).toBe(true);
    await close('message');
  });
});

test('a worker ends when everything has ended or waits for somebody', async () => {
  const engine = await startEngine('embedded');
  const state = await opened(await engine.fresh());
  try {
    const payload = payloadOf('refused');
    await addWaveMessages(state, [JSON.stringify(payload)]);
    const store = new StateWaveStore(state, interpreter);
    const problems: Error[] = [];
    await runWaveWorker({
      state,
      services: [],
      notifiers: [],
      holder: 'tester',
      concurrency: 5,
      callsPerSecond: 100,
      leaseSeconds: 60,
      pollSeconds: 0.05,
      untilDone: true,
      log: () => undefined,
      onProblem: (problem) => problems.push(problem),
      signal: new AbortController().signal,
    });
    expect(problems).toEqual([]);
    expect(await store.read('refused')).toMatchObject({
      status: 'REJECTED',
      error: { name: 'PrerequisiteError', message: expect.stringContaining('there is none') as unknown },
    });
  } finally {
    await state.close();
    await engine.stop();
  }
});
