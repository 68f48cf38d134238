import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DetailStore } from '../../../../waves/aws/store/detail-store.js';
import { DynamoWaveStore } from '../../../../waves/aws/store/dynamo-wave-store.js';
import { DynamoStub } from '../../../support/dynamo-stub.js';
import type { DynamoRefusal } from '../../../support/dynamo-stub.js';
import { ObjectStub } from '../../../support/object-stub.js';
import { payloadOf } from '../../../support/wave-payloads.js';
import { waveStoreContract } from '../../../support/wave-store-contract.js';

const at = new Date('2026-12-01T10:00:00.000Z');
const bucket = 'details';

function storeOn(dynamo: DynamoStub, objects: ObjectStub, recordDays?: number): DynamoWaveStore {
  const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
  const settings = { endpoint: objects.url, region: 'eu-central-1', credentials, forcePathStyle: true, maxAttempts: 1 };
  return new DynamoWaveStore({
    client: dynamo.client(),
    table: 'records',
    details: new DetailStore(new S3Client(settings), bucket),
    longestDelayMs: 2,
    ...(recordDays !== undefined && { recordDays }),
  });
}

describe('the contract of every store', () => {
  waveStoreContract(async () => {
    const dynamo = await new DynamoStub().start();
    const objects = await new ObjectStub().start();
    return {
      store: storeOn(dynamo, objects),
      close: async () => {
        await dynamo.stop();
        await objects.stop();
      },
    };
  });
});

let dynamo: DynamoStub;
let objects: ObjectStub;
let store: DynamoWaveStore;

beforeEach(async () => {
  dynamo = await new DynamoStub().start();
  objects = await new ObjectStub().start();
  store = storeOn(dynamo, objects);
});

afterEach(async () => {
  await dynamo.stop();
  await objects.stop();
});

/** The fence of a machine that was made and claimed. */
async function claimed(migrationId: string): Promise<number> {
  await store.create({ payload: payloadOf(migrationId), correlationId: 'c', at });
  return (await store.claim(migrationId, 'Test', 'tester'))?.fence ?? -1;
}

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

function refusing(operation: string, refusal: DynamoRefusal, times = Infinity): void {
  let left = times;
  dynamo.refuse = (asked) => {
    if (asked !== operation || left === 0) return undefined;
    left -= 1;
    return refusal;
  };
}

const conflict = { type: 'TransactionCanceledException', reasons: ['TransactionConflict', 'None'] };

test('a write that another writer was quicker at is made again, with what that one wrote', async () => {
  const fence = await claimed('m-1');
  let other: Promise<unknown> | undefined;
  dynamo.refuse = (operation) => {
    // An order comes between the first save's reading and its writing.
    if (operation === 'TransactWriteItems' && other === undefined) {
      other = store.order('m-1', { kind: 'approve', gate: 'board', by: 'ada', at });
      return conflict;
    }
    return undefined;
  };
  expect(await store.save('m-1', fence, { at, status: 'READY', memory: { a: 1 } })).toBe('saved');
  expect(await other).toBe('taken');
  expect(await store.read('m-1')).toMatchObject({ status: 'READY', memory: { a: 1 }, orders: [{ by: 'ada' }] });
});

test('a holder that loses its fence between reading and writing writes nothing', async () => {
  const fence = await claimed('m-1');
  dynamo.refuse = (operation) => {
    if (operation !== 'TransactWriteItems') return undefined;
    // Another one claims the machine in this moment.
    for (const item of dynamo.items.values()) item['fence'] = { N: String(fence + 1) };
    return undefined;
  };
  const events = [{ kind: 'done', state: 'Test', message: 'old' }] as const;
  expect(await store.save('m-1', fence, { at, memory: { by: 'old' }, events })).toBe('fenced');
  expect((await store.read('m-1'))?.memory).toEqual({});
  expect(await all(store.events('m-1'))).toHaveLength(1);
});

test('a write that others are quicker at each time is for another attempt of the step', async () => {
  const fence = await claimed('m-1');
  refusing('TransactWriteItems', conflict);
  await expect(store.save('m-1', fence, { at, status: 'READY' })).rejects.toMatchObject({
    name: 'TransientError',
    message: 'm-1 is being written by too many others at the same time.',
  });
  expect(dynamo.countOf('TransactWriteItems')).toBe(20);
  expect((await store.read('m-1'))?.status).toBe('PENDING');
});

test('a place that others were quicker at is asked for again', async () => {
  const fence = await claimed('m-1');
  refusing('TransactWriteItems', { ...conflict, reasons: ['None', 'TransactionConflict'] }, 3);
  expect(await store.takePlace('wave-1/cutovers', 'm-1', fence, 1)).toBe('taken');
});

test.each([
  ['GetItem', () => store.read('m-1')],
  ['PutItem', () => store.create({ payload: payloadOf('m-2'), correlationId: 'c', at })],
  ['UpdateItem', () => store.claim('m-1', 'Test', 'tester')],
  ['UpdateItem', () => store.releasePlace('wave-1/cutovers', 'm-1')],
  ['TransactWriteItems', () => store.order('m-1', { kind: 'cutover', by: 'ada', at })],
  ['Query', () => all(store.byWave('wave-1'))],
])('throttling and errors of the service in %s are for another attempt of the step', async (operation, call) => {
  await claimed('m-1');
  refusing(operation, { type: 'ProvisionedThroughputExceededException' });
  await expect(call()).rejects.toMatchObject({ name: 'TransientError', message: expect.stringContaining('failed') });
  refusing(operation, { type: 'InternalServerError', status: 500 });
  await expect(call()).rejects.toMatchObject({ name: 'TransientError' });
  // What no attempt changes keeps the name that the service gave it.
  refusing(operation, { type: 'AccessDeniedException' });
  await expect(call()).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test.each(['ThrottlingError', 'ProvisionedThroughputExceeded'])(
  'a transaction that the table has no capacity for (%s) is for another attempt of the step',
  async (reason) => {
    const fence = await claimed('m-1');
    refusing('TransactWriteItems', { type: 'TransactionCanceledException', reasons: ['None', reason] });
    await expect(store.takePlace('wave-1/cutovers', 'm-1', fence, 1)).rejects.toMatchObject({
      name: 'TransientError',
      message: `Writing the machine failed (${reason}).`,
    });
  },
);

test('a transaction that the service refuses for its content fails under its own name', async () => {
  const fence = await claimed('m-1');
  refusing('TransactWriteItems', { type: 'TransactionCanceledException', reasons: ['ValidationError', 'None'] });
  await expect(store.save('m-1', fence, { at, status: 'READY' })).rejects.toMatchObject({
    name: 'TransactionCanceledException',
  });
  refusing('TransactWriteItems', { type: 'TransactionCanceledException' });
  await expect(store.save('m-1', fence, { at, status: 'READY' })).rejects.toMatchObject({
    name: 'TransactionCanceledException',
  });
});

test('large details lie in S3, and come back into the item when they are small again', async () => {
  const fence = await claimed('large');
  const memory = { blocks: Array.from({ length: 5000 }, (_, index) => `block-${index}`) };
  await store.save('large', fence, { at, memory });
  expect((await store.read('large'))?.memory).toEqual(memory);
  expect([...objects.contents.keys()]).toEqual([
    expect.stringMatching(/^details\/machines\/large\/[0-9a-f-]{36}\.json$/),
  ]);
  await store.save('large', fence, { at, memory: { blocks: null } });
  objects.contents.clear();
  expect((await store.read('large'))?.memory).toEqual({ blocks: null });
});

test('where S3 does not take the details, the machine stays as it was', async () => {
  const fence = await claimed('large');
  objects.refuse = () => ({ status: 503, code: 'SlowDown' });
  const memory = { blocks: 'x'.repeat(40_000) };
  await expect(store.save('large', fence, { at, status: 'READY', memory })).rejects.toMatchObject({
    name: 'TransientError',
    message: expect.stringContaining('Storing the details of the machine failed (SlowDown)'),
  });
  expect(await store.read('large')).toMatchObject({ status: 'PENDING', memory: {} });
});

test('records expire after the days that are set, from the end on; their events later', async () => {
  store = storeOn(dynamo, objects, 10);
  const fence = await claimed('short');
  const events = [{ kind: 'done', state: 'Finalize', message: 'the end' }] as const;
  await store.save('short', fence, { at, status: 'FINALIZED', expiresAt: new Date('2030-01-01T00:00:00Z'), events });
  expect((await store.read('short'))?.expiresAt).toEqual(new Date('2026-12-11T10:00:00.000Z'));
  const expiries = [...dynamo.items.values()].map((item) =>
    new Date(1000 * Number(item['expiresAt']?.N)).toISOString(),
  );
  expect(expiries).toEqual(['2026-12-11T10:00:00.000Z', '2027-02-10T10:00:00.000Z']);
});
