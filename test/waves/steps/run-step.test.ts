import { describe, expect, test } from '@jest/globals';
import { Interpreter } from '../../../waves/local/index.js';
import { CutoverError, Fenced, TransientError } from '../../../waves/machines/index.js';
import type { MachineStatus } from '../../../waves/machines/index.js';
import type { Payload } from '../../../waves/payload/index.js';
import { machineMove } from '../../../waves/state-machine/index.js';
import type { Outcome } from '../../../waves/state-machine/index.js';
import { ingest, runStep } from '../../../waves/steps/index.js';
import type { Notification, StepPorts } from '../../../waves/steps/index.js';
import { FakeCloud } from '../../support/fake-cloud.js';
import { FakeDns } from '../../support/fake-dns.js';
import type { FakeCloudOptions } from '../../support/fake-cloud.js';
import { MemoryWaves } from '../../support/memory-waves.js';
import { payloadOf } from '../../support/wave-payloads.js';

const states = new Map(
  Object.entries(machineMove.states).flatMap(([name, state]) =>
    state.kind === 'task' ? [[name, state.action] as const] : [],
  ),
);

interface Bench {
  readonly waves: MemoryWaves;
  readonly cloud: FakeCloud;
  readonly told: Notification[];
  readonly logged: { readonly level: string; readonly message: string; readonly fields: object }[];
  readonly clock: { now: number };
  step(state: string, error?: { Error: string; Cause?: string }): Promise<Outcome>;
  status(): MachineStatus | undefined;
  messages(kind?: string): readonly string[];
}

async function bench(
  changed: Partial<Payload> = {},
  options: Partial<FakeCloudOptions> & { notify?: () => void; dns?: FakeDns } = {},
): Promise<Bench> {
  const clock = { now: Date.parse('2026-12-01T00:00:00Z') };
  const waves = new MemoryWaves({
    interpreter: new Interpreter(machineMove),
    leaseSeconds: 60,
    now: () => new Date(clock.now),
  });
  const cloud = new FakeCloud({ now: () => clock.now, ...options });
  const told: Notification[] = [];
  const logged: { level: string; message: string; fields: object }[] = [];
  const ports: StepPorts = {
    store: waves,
    services: [cloud],
    dns: options.dns,
    notifiers: [
      {
        name: 'callback',
        notify: async (notification) => {
          options.notify?.();
          told.push(notification);
          return Promise.resolve();
        },
      },
    ],
    holder: 'tester',
    now: () => new Date(clock.now),
    log: (level, message, fields) => logged.push({ level, message, fields }),
  };
  const payload = payloadOf('m-1', { correlationId: 'c-1', ...changed });
  expect(await ingest(payload, ports)).toMatchObject({ ok: true });
  return {
    waves,
    cloud,
    told,
    logged,
    clock,
    step: (state, error) =>
      runStep(
        {
          action: states.get(state) ?? 'validate',
          state,
          migrationId: 'm-1',
          correlationId: 'c-1',
          ...(error && { error }),
        },
        ports,
        new AbortController().signal,
      ),
    status: () => waves.rows.get('m-1')?.record.status,
    messages: (kind) =>
      (waves.rows.get('m-1')?.events ?? [])
        .filter((event) => kind === undefined || event.kind === kind)
        .map(({ message }) => message),
  };
}

async function ready(one: Bench): Promise<void> {
  for (const state of ['ValidateInput', 'PrepareSource', 'StartReplication']) await one.step(state);
  one.clock.now += 700_000;
  expect(await one.step('CheckReplication')).toMatchObject({ is: 'ready' });
}

async function cutOver(one: Bench): Promise<void> {
  await one.step('StartCutover');
  one.clock.now += 100_000;
  expect(await one.step('CheckCutover')).toMatchObject({ is: 'ready' });
}

test('the whole way, each step called three times, makes everything once', async () => {
  const one = await bench({ rules: { start: 'when-ready' } });
  const thrice = async (state: string): Promise<Outcome> => {
    const first = await one.step(state);
    expect(await one.step(state)).toEqual(first);
    expect(await one.step(state)).toEqual(first);
    return first;
  };
  await thrice('ValidateInput');
  await thrice('PrepareSource');
  await thrice('StartReplication');
  one.clock.now += 700_000;
  await thrice('CheckReplication');
  expect(await thrice('StartTest')).toMatchObject({ is: 'started' });
  one.clock.now += 100_000;
  expect(await thrice('CheckTest')).toMatchObject({ is: 'ready' });
  expect(await thrice('AwaitCutover')).toEqual({ is: 'cutover' });
  await thrice('StartCutover');
  one.clock.now += 100_000;
  await thrice('CheckCutover');
  await thrice('NotifyCutOver');
  expect(await one.waves.order('m-1', { kind: 'finalize', by: 'ada', at: new Date(one.clock.now) })).toBe('taken');
  expect(await thrice('AwaitFinalize')).toEqual({ is: 'finalize' });
  await thrice('FinalizeCutover');
  await thrice('NotifyFinalized');
  expect(one.status()).toBe('FINALIZED');
  expect(one.cloud.world('m-1')).toMatchObject({
    launches: 1,
    finalized: 1,
    source: 'stopped',
    targetServer: true,
    testServer: false,
  });
  expect(one.told.map(({ type, correlationId, status }) => [type, correlationId, status])).toEqual([
    ['machine.cut-over', 'c-1', 'CUT_OVER'],
    ['machine.finalized', 'c-1', 'FINALIZED'],
  ]);
  expect(one.cloud.violations).toEqual([]);
});

test('every line that is logged has the correlation id', async () => {
  const one = await bench();
  await ready(one);
  expect(one.logged.length).toBeGreaterThan(3);
  for (const { fields } of one.logged) expect(fields).toMatchObject({ migrationId: 'm-1', correlationId: 'c-1' });
});

test('a call of a step that is past is refused, and does nothing', async () => {
  const one = await bench({ rules: { test: false } });
  await ready(one);
  await one.step('StartTest');
  await one.step('RollBack', { Error: 'CutoverError', Cause: 'x' });
  await expect(one.step('StartCutover')).rejects.toThrow(
    'cut-over cannot be done with m-1, which is ROLLED_BACK by now.',
  );
  expect(one.cloud.world('m-1')).toMatchObject({ launches: 0, source: 'running' });
});

test('a failure is recorded with its name, without credentials', async () => {
  const one = await bench({}, { targetFails: () => true });
  await ready(one);
  await one.step('StartTest');
  one.clock.now += 100_000;
  await one.step('CheckTest');
  await one.step('StartCutover');
  await expect(one.step('CheckCutover')).rejects.toThrow(CutoverError);
  expect((await one.waves.read('m-1'))?.error).toEqual({
    name: 'CutoverError',
    message: 'The target did not come up: it does not boot',
  });
  expect(one.messages('failed')).toEqual(['CutoverError: The target did not come up: it does not boot']);
});

test('credentials in what a client throws are not stored', async () => {
  const one = await bench(
    {},
    {
      before: (call) => {
        if (call === 'prepare') throw new Error('GET https://user:hunter2@cloud.example failed');
      },
    },
  );
  await one.step('ValidateInput');
  await expect(one.step('PrepareSource')).rejects.toThrow('failed');
  expect(one.messages('failed')[0]).not.toContain('hunter2');
  expect(JSON.stringify(one.logged)).not.toContain('hunter2');
});

test.each(['CheckReplication', 'CheckTest', 'AwaitCutover', 'CheckCutover', 'AwaitFinalize'])(
  '%s obeys a rollback',
  async (state) => {
    const one = await bench({ rules: { start: 'when-ready' } });
    await ready(one);
    if (state !== 'CheckReplication') await one.step('StartTest');
    one.clock.now += 100_000;
    if (state === 'CheckReplication')
      delete (one.waves.rows.get('m-1')?.record.outcomes as Record<string, unknown>)['CheckReplication'];
    if (state !== 'CheckReplication' && state !== 'CheckTest') await one.step('CheckTest');
    if (state === 'CheckCutover') await one.step('StartCutover');
    if (state === 'AwaitFinalize') await cutOver(one);
    expect(await one.waves.order('m-1', { kind: 'rollback', by: 'ada', at: new Date(one.clock.now) })).toBe('taken');
    expect(await one.step(state)).toEqual({ is: 'rollback' });
  },
);

test('an order to finalize is the point of no return', async () => {
  const one = await bench({ rules: { test: false, start: 'when-ready' } });
  await ready(one);
  await one.step('StartTest');
  await cutOver(one);
  const at = new Date(one.clock.now);
  expect(await one.waves.order('m-1', { kind: 'finalize', by: 'ada', at })).toBe('taken');
  expect(await one.step('AwaitFinalize')).toEqual({ is: 'finalize' });
  expect(await one.waves.order('m-1', { kind: 'rollback', by: 'ada', at })).toBe('refused');
  await expect(one.step('RollBack')).rejects.toThrow(Fenced);
});

test('a rollback that is ordered while finalizing begins wins', async () => {
  const one = await bench({ rules: { test: false } });
  await ready(one);
  await one.step('StartTest');
  await cutOver(one);
  const at = new Date(one.clock.now);
  await one.waves.order('m-1', { kind: 'finalize', by: 'ada', at });
  // Comes after the claim has read the orders, and before the status changes.
  const save = one.waves.save.bind(one.waves);
  one.waves.save = async (...args) => {
    one.waves.save = save;
    expect(await one.waves.order('m-1', { kind: 'rollback', by: 'grace', at })).toBe('taken');
    return await save(...args);
  };
  expect(await one.step('AwaitFinalize')).toEqual({ is: 'rollback' });
  expect(one.status()).toBe('CUT_OVER');
});

test('another test launch is made when it is ordered, after the first one was ended', async () => {
  const one = await bench();
  await ready(one);
  await one.step('StartTest');
  one.clock.now += 100_000;
  await one.step('CheckTest');
  expect(await one.step('AwaitCutover')).toMatchObject({ is: 'waiting' });
  await one.waves.order('m-1', { kind: 'test', by: 'ada', at: new Date(one.clock.now) });
  expect(await one.step('AwaitCutover')).toEqual({ is: 'test' });
  expect(one.cloud.world('m-1').testServer).toBe(false);
  expect(await one.step('StartTest')).toMatchObject({ is: 'started' });
  one.clock.now += 100_000;
  expect(await one.step('CheckTest')).toMatchObject({ is: 'ready' });
  expect(await one.step('AwaitCutover')).toMatchObject({ is: 'waiting' });
});

test('a callback that fails is recorded, tried again, and not sent twice to those that have it', async () => {
  let broken = true;
  const one = await bench(
    { rules: { test: false } },
    {
      notify: () => {
        if (broken) throw new TransientError('503');
      },
    },
  );
  await ready(one);
  await one.step('StartTest');
  await cutOver(one);
  await expect(one.step('NotifyCutOver')).rejects.toThrow(TransientError);
  broken = false;
  await one.step('NotifyCutOver');
  await one.step('NotifyCutOver');
  expect(one.told).toHaveLength(1);
  expect(one.messages('notification-failed')).toEqual(['callback: 503']);
  expect(one.status()).toBe('CUT_OVER');
});

test('a rollback does not wait for a callback that fails', async () => {
  const fails = (): never => {
    throw new TransientError('503');
  };
  const one = await bench({ rules: { test: false } }, { notify: fails });
  await ready(one);
  await one.step('StartTest');
  await cutOver(one);
  await expect(one.step('NotifyCutOver')).rejects.toThrow(TransientError);
  const order = { kind: 'rollback', by: 'ada', at: new Date(one.clock.now) } as const;
  expect(await one.waves.order('m-1', order)).toBe('taken');
  expect(await one.step('NotifyCutOver')).toEqual({ is: 'told' });
  expect(one.messages('notification-failed')).toEqual(['callback: 503', 'callback: 503']);
  expect(await one.step('AwaitFinalize')).toEqual({ is: 'rollback' });
});

test('a machine that was rolled back and submitted again does not hold up who waits for its application', async () => {
  const one = await bench({ rules: { test: false, start: 'when-ready', after: ['database'] } });
  const submit = async (migrationId: string, targetVmName: string, status: MachineStatus): Promise<void> => {
    const payload = payloadOf(migrationId, { appName: 'database', targetVmName });
    await one.waves.create({ payload, correlationId: migrationId, at: new Date(one.clock.now) });
    const claimed = await one.waves.claim(migrationId);
    await one.waves.save(migrationId, claimed?.fence ?? 0, { at: new Date(one.clock.now), status });
  };
  await submit('db-1', 'db', 'ROLLED_BACK');
  await ready(one);
  await one.step('StartTest');
  expect(await one.step('AwaitCutover')).toMatchObject({ is: 'waiting' });
  await submit('db-1-again', 'db', 'CUT_OVER');
  expect(await one.step('AwaitCutover')).toEqual({ is: 'cutover' });
});

test('a machine that was submitted twice is cut over once: the second one waits for the end of the first', async () => {
  const one = await bench({ rules: { test: false, start: 'when-ready' } });
  const become = async (migrationId: string, status: MachineStatus): Promise<void> => {
    const claimed = await one.waves.claim(migrationId);
    await one.waves.save(migrationId, claimed?.fence ?? 0, { at: new Date(one.clock.now), status });
  };
  const { appName, targetVmName, sourceVmId } = payloadOf('m-1');
  const earlier = payloadOf('m-0', { appName, targetVmName, sourceVmId });
  await one.waves.create({ payload: earlier, correlationId: 'm-0', at: new Date(one.clock.now - 1) });
  const later = payloadOf('m-2', { appName, targetVmName, sourceVmId });
  await one.waves.create({ payload: later, correlationId: 'm-2', at: new Date(one.clock.now + 1) });
  await ready(one);
  await one.step('StartTest');
  for (const status of ['PENDING', 'READY', 'CUT_OVER', 'FINALIZED'] as const) {
    await become('m-0', status);
    expect([status, await one.step('AwaitCutover')]).toMatchObject([status, { is: 'waiting' }]);
  }
  expect(one.messages('status')).toContain('Waits for the end of m-0, which moves the same machine and is CUT_OVER.');
  await become('m-0', 'ROLLED_BACK');
  await become('m-2', 'CUTTING_OVER');
  expect(await one.step('AwaitCutover')).toMatchObject({ is: 'waiting' });
  await become('m-2', 'READY');
  expect(await one.step('AwaitCutover')).toEqual({ is: 'cutover' });
});

test('the end is in the status, even where nobody can be told', async () => {
  const one = await bench(
    {},
    {
      notify: () => {
        throw new TransientError('503');
      },
    },
  );
  await expect(one.step('NotifyRejected', { Error: 'ValidationError', Cause: 'no flavor' })).rejects.toThrow(
    TransientError,
  );
  expect(await one.waves.read('m-1')).toMatchObject({
    status: 'REJECTED',
    error: { name: 'ValidationError', message: 'no flavor' },
  });
});

test('a machine that would wait for its own application is refused', async () => {
  const one = await bench({ rules: { after: ['shop'] } });
  await expect(one.step('ValidateInput')).rejects.toThrow("'rules.after' names shop, the machine's own application");
});

test('where no service moves such a machine, the refusal says which there are', async () => {
  const one = await bench();
  one.cloud.serves = () => false;
  await expect(one.step('ValidateInput')).rejects.toThrow(
    'No migration service moves machines from openstack to openstack here (there is fake): start a worker with the settings of docs/waves/sources.md.',
  );
});

test('a wave has as many copies and cutovers at a time as its places', async () => {
  const one = await bench({
    rules: { test: false, start: 'when-ready', concurrency: { replications: 1, cutovers: 1 } },
  });
  await one.waves.create({ payload: payloadOf('other'), correlationId: 'c-2', at: new Date(one.clock.now) });
  expect(await one.waves.takePlace('wave-1/replications', 'other', 0, 1)).toBe('taken');
  expect(await one.waves.takePlace('wave-1/cutovers', 'other', 0, 1)).toBe('taken');
  await one.step('ValidateInput');
  await one.step('PrepareSource');
  expect(await one.step('StartReplication')).toMatchObject({ is: 'waiting' });
  expect(await one.step('CheckReplication')).toMatchObject({ is: 'waiting' });
  expect(one.cloud.world('m-1').copyingSince).toBeNull();
  await one.waves.releasePlace('wave-1/replications', 'other');
  expect(await one.step('CheckReplication')).toMatchObject({ is: 'waiting' });
  expect(one.cloud.world('m-1').copyingSince).not.toBeNull();
  one.clock.now += 700_000;
  expect(await one.step('CheckReplication')).toMatchObject({ is: 'ready' });
  expect([...(one.waves.places.get('wave-1/replications') ?? [])]).toEqual([]);
  await one.step('StartTest');
  expect(await one.step('AwaitCutover')).toMatchObject({ is: 'waiting' });
  expect((await one.waves.read('m-1'))?.memory).toMatchObject({
    'step.waitsFor': 'a place among the cutovers of its wave',
  });
  await one.waves.releasePlace('wave-1/cutovers', 'other');
  expect(await one.step('AwaitCutover')).toEqual({ is: 'cutover' });
  await cutOver(one);
  expect([...(one.waves.places.get('wave-1/cutovers') ?? [])]).toEqual([]);
});

test.each([
  ['CheckReplication', 15],
  ['AwaitCutover', 22],
])('%s gives up after its limit', async (state, days) => {
  const one = await bench({ rules: { test: false } });
  for (const before of ['ValidateInput', 'PrepareSource', 'StartReplication']) await one.step(before);
  if (state === 'AwaitCutover') {
    one.clock.now += 700_000;
    await one.step('CheckReplication');
    await one.step('StartTest');
  }
  one.clock.now += days * 86_400_000;
  await expect(one.step(state)).rejects.toThrow(/14 days|21 days/);
});

test('a machine that nobody finalizes needs attention, and is not rolled back', async () => {
  const one = await bench({ rules: { test: false } });
  await ready(one);
  await one.step('StartTest');
  await cutOver(one);
  one.clock.now += 15 * 86_400_000;
  expect(await one.step('AwaitFinalize')).toEqual({ is: 'overdue' });
  await one.step('NotifyNeedsAttention', { Error: 'FinalizeOverdue', Cause: 'x' });
  expect(one.status()).toBe('NEEDS_ATTENTION');
  expect(one.cloud.world('m-1').targetServer).toBe(true);
});

describe('names', () => {
  const dns = { zone: 'acme.example', names: ['web.acme.example'] };
  const world = (): FakeDns => new FakeDns().set('A web.acme.example', '198.51.100.2');

  test('lead to the target as soon as it is verified, and the history says so', async () => {
    const names = world();
    const one = await bench({ dns, rules: { test: false } }, { dns: names });
    await ready(one);
    await one.step('StartTest');
    await cutOver(one);
    expect(names.all).toEqual({ 'A web.acme.example': '192.0.2.1/300' });
    expect(one.messages('done')).toContain(
      'DNS: A web.acme.example was 198.51.100.2 (TTL 300) and is 192.0.2.1 (TTL 300).',
    );
    expect(one.status()).toBe('CUT_OVER');
  });

  test('a machine is not cut over before its name servers answer with its new address', async () => {
    const clock = { now: 0 };
    const names = new FakeDns({ now: () => clock.now, activeSeconds: 30 });
    const one = await bench({ dns, rules: { test: false } }, { dns: names });
    await ready(one);
    await one.step('StartTest');
    await one.step('StartCutover');
    one.clock.now += 100_000;
    expect(await one.step('CheckCutover')).toMatchObject({ is: 'waiting' });
    expect(one.status()).toBe('CUTTING_OVER');
    clock.now += 30_000;
    expect(await one.step('CheckCutover')).toMatchObject({ is: 'ready' });
  });

  test('lead to the source again after a rollback, which is done once', async () => {
    const names = world();
    let fails = 2;
    const one = await bench({ dns, rules: { test: false } }, { dns: names });
    await ready(one);
    await one.step('StartTest');
    await cutOver(one);
    const read = names.read.bind(names);
    names.read = (key) => {
      fails -= 1;
      return fails >= 0 ? Promise.reject(new TransientError('HTTP 503')) : read(key);
    };
    await expect(one.step('RollBack')).rejects.toThrow(
      'The DNS records are not restored yet: A web.acme.example: HTTP 503',
    );
    await expect(one.step('RollBack')).rejects.toThrow(TransientError);
    expect(await one.step('RollBack')).toMatchObject({ is: 'rolled-back', restored: 2 });
    expect(names.all).toEqual({ 'A web.acme.example': '198.51.100.2/300' });
    expect(one.cloud.world('m-1').rolledBack).toBe(1);
    expect(one.messages('restored')).toContain('DNS: A web.acme.example is 198.51.100.2 (TTL 300) again');
  });

  test('what could not be restored is in the history', async () => {
    const names = world();
    const one = await bench({ dns, rules: { test: false } }, { dns: names });
    await ready(one);
    await one.step('StartTest');
    await cutOver(one);
    names.set('A web.acme.example', '203.0.113.9');
    expect(await one.step('RollBack')).toMatchObject({ is: 'partly', notRestored: 1 });
    expect(one.messages('not-restored')).toEqual([
      'DNS: A web.acme.example, which was 198.51.100.2 (TTL 300) before: somebody has changed it since, to 203.0.113.9 (TTL 300)',
    ]);
  });

  test('a machine whose names cannot be moved is refused before anything is changed', async () => {
    const none = await bench({ dns });
    await expect(none.step('ValidateInput')).rejects.toThrow('no DNS service is configured here');
    const other = await bench({ dns: { zone: 'shop.example' } }, { dns: world() });
    await expect(other.step('ValidateInput')).rejects.toThrow('There is no zone shop.example.');
  });
});
