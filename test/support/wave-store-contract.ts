import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { allowedOrders, machineStatuses } from '../../waves/machines/index.js';
import type { MachineChange, MachineStatus, Order, WaveStore } from '../../waves/machines/index.js';
import { payloadOf } from './wave-payloads.js';

const at = new Date('2026-12-01T10:00:00.000Z');
const later = new Date('2026-12-01T10:05:00.000Z');

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

function orderOf(kind: Order['kind'], more: Partial<Order> = {}): Order {
  return { kind, by: 'ada@acme.example', at: later, ...more };
}

/**
 * What every store of waves does. `open` gives an empty one, whose machines are its own; the store is used by one test
 * after the other.
 */
export function waveStoreContract(open: () => Promise<{ readonly store: WaveStore; close(): Promise<void> }>): void {
  let store: WaveStore;
  let opened: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    opened = await open();
    store = opened.store;
  }, 180_000);
  afterAll(async () => {
    await opened.close();
  });

  async function made(migrationId: string, changed: Parameters<typeof payloadOf>[1] = {}): Promise<string> {
    const payload = payloadOf(migrationId, changed);
    expect(await store.create({ payload, correlationId: `c-${migrationId}`, at })).toBe('created');
    return migrationId;
  }

  async function saved(migrationId: string, change: Omit<MachineChange, 'at'>): Promise<void> {
    const claim = await store.claim(migrationId, 'Test', 'tester');
    expect(await store.save(migrationId, claim?.fence ?? -1, { at: later, ...change })).toBe('saved');
  }

  test('a message that comes twice makes one machine, with one event', async () => {
    const id = await made('twice');
    const again = { payload: payloadOf(id, { wave: 'another' }), correlationId: 'other', at: later };
    expect(await store.create(again)).toBe('exists');
    expect(await store.read(id)).toEqual({
      migrationId: id,
      correlationId: 'c-twice',
      appName: 'shop',
      wave: 'wave-1',
      targetVmName: 'vm-twice',
      payload: payloadOf(id),
      status: 'PENDING',
      statusSince: at,
      memory: {},
      outcomes: {},
      orders: [],
      error: null,
      createdAt: at,
      updatedAt: at,
      expiresAt: null,
    });
    expect(await all(store.events(id))).toEqual([
      expect.objectContaining({ migrationId: id, number: 1, kind: 'created', state: '', at }),
    ]);
  });

  test('of machines created at the same time, one is', async () => {
    const payload = payloadOf('at-once');
    const made = await Promise.all(Array.from({ length: 8 }, () => store.create({ payload, correlationId: 'c', at })));
    expect(made.filter((one) => one === 'created')).toHaveLength(1);
    expect(await all(store.events('at-once'))).toHaveLength(1);
  });

  test('an unknown machine', async () => {
    expect(await store.read('nobody')).toBeUndefined();
    expect(await store.claim('nobody', 'Test', 'tester')).toBeUndefined();
    expect(await store.save('nobody', 1, { at })).toBe('fenced');
    expect(await store.order('nobody', orderOf('rollback'))).toBe('unknown-machine');
    expect(await all(store.events('nobody'))).toEqual([]);
  });

  test('all of a change is stored; what it leaves out stays', async () => {
    const id = await made('changed');
    await saved(id, {
      status: 'PREPARING',
      memory: { imageId: 'i-1', disks: [{ size: 10 }], odd: 'a "b" \\ \u2028 😀' },
      outcomes: { PrepareSource: { is: 'prepared', count: 2 }, StartTest: { is: 'started' } },
      error: { name: 'TransientError', message: 'throttled' },
      events: [
        { kind: 'intended', state: 'PrepareSource', message: 'one' },
        { kind: 'done', state: 'PrepareSource', message: 'two', details: { id: 'i-1' } },
      ],
    });
    await saved(id, { memory: { imageId: 'i-2', more: null }, outcomes: { StartTest: null } });
    expect(await store.read(id)).toMatchObject({
      status: 'PREPARING',
      statusSince: later,
      memory: { imageId: 'i-2', disks: [{ size: 10 }], odd: 'a "b" \\ \u2028 😀', more: null },
      error: { name: 'TransientError', message: 'throttled' },
      updatedAt: later,
      expiresAt: null,
    });
    expect((await store.read(id))?.outcomes).toEqual({ PrepareSource: { is: 'prepared', count: 2 } });
    await saved(id, { error: null, expiresAt: new Date('2027-03-01T00:00:00.000Z') });
    expect(await store.read(id)).toMatchObject({ error: null, expiresAt: new Date('2027-03-01T00:00:00.000Z') });
    expect(
      (await all(store.events(id))).map(({ number, kind, message, details }) => [number, kind, message, details]),
    ).toEqual([
      [1, 'created', expect.any(String), undefined],
      [2, 'intended', 'one', undefined],
      [3, 'done', 'two', { id: 'i-1' }],
    ]);
  });

  test('the time of a status is that of its first change', async () => {
    const id = await made('since');
    await saved(id, { status: 'VALIDATING' });
    const claim = await store.claim(id, 'Test', 'tester');
    const afterwards = new Date('2026-12-01T11:00:00.000Z');
    await store.save(id, claim?.fence ?? -1, { at: afterwards, status: 'VALIDATING' });
    expect(await store.read(id)).toMatchObject({ statusSince: later, updatedAt: afterwards });
  });

  test('a holder before the last one can write nothing, 200 times of 200', async () => {
    const id = await made('fenced');
    let fenced = 0;
    for (let round = 0; round < 200; round += 1) {
      const old = await store.claim(id, 'Test', 'old');
      const young = await store.claim(id, 'Test', 'young');
      const answer = await store.save(id, old?.fence ?? -1, {
        at: later,
        memory: { by: 'old' },
        events: [{ kind: 'done', state: 'Test', message: 'old' }],
      });
      if (answer === 'fenced') fenced += 1;
      expect(await store.save(id, young?.fence ?? -1, { at: later, memory: { by: `young ${round}` } })).toBe('saved');
    }
    expect(fenced).toBe(200);
    expect(await store.read(id)).toMatchObject({ memory: { by: 'young 199' } });
    expect(await all(store.events(id))).toHaveLength(1);
  });

  test.each(Object.keys(allowedOrders) as Order['kind'][])(
    '%s is taken in the statuses that allow it',
    async (kind) => {
      const id = await made(`order-${kind}`);
      const taken: MachineStatus[] = [];
      for (const status of machineStatuses) {
        await saved(id, { status });
        const order = orderOf(kind, { reason: `in ${status}`, ...(kind === 'approve' && { gate: 'change-board' }) });
        if ((await store.order(id, order)) === 'taken') taken.push(status);
      }
      expect(taken).toEqual(machineStatuses.filter((status) => allowedOrders[kind].includes(status)));
      const record = await store.read(id);
      expect(record?.orders).toEqual(
        taken.map((status) =>
          orderOf(kind, { reason: `in ${status}`, ...(kind === 'approve' && { gate: 'change-board' }) }),
        ),
      );
      const ordered = (await all(store.events(id))).filter((event) => event.kind === 'ordered');
      expect(ordered).toHaveLength(taken.length);
      expect(ordered[0]?.message).toContain('ada@acme.example');
    },
  );

  test('an order does not fence the worker, which sees it at its next claim', async () => {
    const id = await made('ordered-meanwhile');
    const claim = await store.claim(id, 'Test', 'tester');
    expect(await store.order(id, orderOf('cutover'))).toBe('taken');
    expect(await store.save(id, claim?.fence ?? -1, { at: later, status: 'READY' })).toBe('saved');
    expect((await store.claim(id, 'Test', 'tester'))?.record.orders).toEqual([orderOf('cutover')]);
  });

  test('machines are found by wave, by status, by application, and by both', async () => {
    for (const [id, appName, wave] of [
      ['q-3', 'crm', 'wave-q'],
      ['q-1', 'crm', 'wave-q'],
      ['q-2', 'erp', 'wave-q'],
      ['q-4', 'crm', 'wave-r'],
    ] as const)
      await made(id, { appName, wave });
    await saved('q-1', { status: 'FINALIZED' });
    await saved('q-2', { status: 'FINALIZED' });
    const ids = async (found: AsyncIterable<{ readonly migrationId: string }>): Promise<readonly string[]> =>
      (await all(found)).map(({ migrationId }) => migrationId).filter((id) => id.startsWith('q-'));
    expect(await ids(store.byWave('wave-q'))).toEqual(['q-1', 'q-2', 'q-3']);
    expect(await ids(store.byWave('wave-none'))).toEqual([]);
    expect(await ids(store.byStatus('FINALIZED'))).toEqual(['q-1', 'q-2']);
    expect((await ids(store.byApp('crm'))).toSorted()).toEqual(['q-1', 'q-3', 'q-4']);
    expect(await ids(store.byApp('crm', 'FINALIZED'))).toEqual(['q-1']);
    const [first] = await all(store.byWave('wave-q'));
    expect(first).toMatchObject({
      migrationId: 'q-1',
      appName: 'crm',
      wave: 'wave-q',
      status: 'FINALIZED',
      targetVmName: 'vm-q-1',
    });
  });

  test('more machines than a page are all listed, once', async () => {
    const ids = Array.from({ length: 1100 }, (_, index) => `many-${String(index).padStart(4, '0')}`);
    for (let start = 0; start < ids.length; start += 50)
      await Promise.all(ids.slice(start, start + 50).map((id) => made(id, { wave: 'wave-many' })));
    expect((await all(store.byWave('wave-many'))).map(({ migrationId }) => migrationId)).toEqual(ids);
  });

  test('a pool has as many places as its limit, whoever asks at the same time', async () => {
    const fences = new Map<string, number>();
    for (let index = 0; index < 10; index += 1) {
      const id = await made(`place-${index}`);
      fences.set(id, (await store.claim(id, 'Test', 'tester'))?.fence ?? -1);
    }
    const ids = [...fences.keys()];
    const take = (pool: string, id: string): ReturnType<WaveStore['takePlace']> =>
      store.takePlace(pool, id, fences.get(id) ?? -1, 3);
    const answers = await Promise.all(ids.map((id) => take('wave-p/cutovers', id)));
    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(3);
    const holder = ids[answers.indexOf('taken')] ?? '';
    const other = ids[answers.indexOf('full')] ?? '';
    expect(await take('wave-p/cutovers', holder)).toBe('taken');
    expect(await take('wave-p/cutovers', other)).toBe('full');
    expect(await take('wave-p/replications', other)).toBe('taken');
    await store.releasePlace('wave-p/cutovers', holder);
    await store.releasePlace('wave-p/cutovers', holder);
    expect(await take('wave-p/cutovers', other)).toBe('taken');
    expect(await take('wave-p/cutovers', holder)).toBe('full');
  });

  test('a holder before the last one takes no place', async () => {
    const id = await made('place-fenced');
    const old = await store.claim(id, 'Test', 'old');
    const young = await store.claim(id, 'Test', 'young');
    expect(await store.takePlace('wave-f/cutovers', id, old?.fence ?? -1, 1)).toBe('fenced');
    expect(await store.takePlace('wave-f/cutovers', id, young?.fence ?? -1, 1)).toBe('taken');
  });
}
