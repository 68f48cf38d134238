import { expect, test } from '@jest/globals';
import { Interpreter } from '../../waves/local/index.js';
import { advance } from '../../waves/local/runner.js';
import type { RunnerOptions } from '../../waves/local/runner.js';
import { TransientError } from '../../waves/machines/index.js';
import { machineMove } from '../../waves/state-machine/index.js';
import { runStep } from '../../waves/steps/index.js';
import { FakeCloud } from '../support/fake-cloud.js';
import { MemoryWaves } from '../support/memory-waves.js';
import { payloadOf } from '../support/wave-payloads.js';

const interpreter = new Interpreter(machineMove);

interface Bench {
  readonly waves: MemoryWaves;
  readonly clock: { now: number };
  readonly now: () => Date;
  /** Takes everything that is due, as far as it goes; how many there were. */
  readonly go: (runTask: RunnerOptions['runTask']) => Promise<number>;
}

async function bench(): Promise<Bench> {
  const clock = { now: Date.parse('2026-12-01T00:00:00Z') };
  const now = (): Date => new Date(clock.now);
  const waves = new MemoryWaves({ interpreter, leaseSeconds: 60, now });
  const payload = payloadOf('m-1', { rules: { test: false, start: 'when-ready' } });
  await waves.create({ payload, correlationId: 'm-1', at: now() });
  return {
    waves,
    clock,
    now,
    go: async (runTask) => {
      const taken = await waves.take(10);
      const options = { executions: waves, interpreter, leaseSeconds: 60, now, random: () => 0.9, runTask };
      for (const one of taken) await advance(one, options, new AbortController().signal);
      return taken.length;
    },
  };
}

test('a rollback that is ordered while a callback fails does not wait for its next attempt', async () => {
  const { waves, clock, now, go } = await bench();
  const cloud = new FakeCloud({ now: () => clock.now, copySeconds: () => 60 });
  const fails = { name: 'callback', notify: () => Promise.reject(new TransientError('503')) };
  const runTask: RunnerOptions['runTask'] = (input, store, signal) =>
    runStep(
      input,
      { store, services: [cloud], notifiers: [fails], holder: 'tester', now, log: () => undefined },
      signal,
    );
  const stateOf = (): string | undefined => waves.rows.get('m-1')?.position.state;
  for (let round = 0; round < 1000 && stateOf() !== 'NotifyCutOver'; round += 1) {
    await go(runTask);
    if (stateOf() !== 'NotifyCutOver') clock.now += 15_000;
  }
  expect(stateOf()).toBe('NotifyCutOver');
  expect(await go(runTask)).toBe(0);
  await waves.order('m-1', { kind: 'rollback', by: 'ada', at: now() });
  expect(await go(runTask)).toBe(1);
  expect(waves.rows.get('m-1')?.record.status).toBe('ROLLED_BACK');
  expect(cloud.world('m-1')).toMatchObject({ source: 'running', targetServer: false });
});

test('attempts that orders bring forward are none of those that a step has', async () => {
  const { waves, clock, now, go } = await bench();
  let calls = 0;
  const fails = (): Promise<never> => {
    calls += 1;
    return Promise.reject(new TransientError('throttled'));
  };
  await go(fails);
  for (let order = 0; order < 20; order += 1) {
    await waves.order('m-1', { kind: 'approve', gate: 'change-board', by: 'ada', at: now() });
    expect(await go(fails)).toBe(1);
    expect(await go(fails)).toBe(0);
  }
  expect(calls).toBe(21);
  expect(waves.rows.get('m-1')?.position).toMatchObject({ state: 'ValidateInput', retries: [1] });
  clock.now += 60_000;
  await go(fails);
  expect(waves.rows.get('m-1')?.position).toMatchObject({ state: 'ValidateInput', retries: [2] });
});
