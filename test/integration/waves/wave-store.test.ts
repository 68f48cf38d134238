import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startMoto } from '../../../environments/moto/moto.js';
import type { Moto } from '../../../environments/moto/moto.js';
import { DetailStore } from '../../../waves/aws/store/detail-store.js';
import { DynamoWaveStore } from '../../../waves/aws/store/dynamo-wave-store.js';
import { AwsRecorder } from '../../support/aws-recorder.js';
import { clientSettings, createWaveTable, region, waveNames } from '../../support/wave-cloud.js';
import { payloadOf } from '../../support/wave-payloads.js';
import { waveStoreContract } from '../../support/wave-store-contract.js';

let moto: Moto;
let recorder: AwsRecorder;
let s3: S3Client;

beforeAll(async () => {
  moto = await startMoto();
  recorder = await AwsRecorder.start(() => moto.endpoint);
  s3 = new S3Client({ ...clientSettings(moto.endpoint), forcePathStyle: true });
  await s3.send(
    new CreateBucketCommand({ Bucket: waveNames.details, CreateBucketConfiguration: { LocationConstraint: region } }),
  );
}, 120_000);

afterAll(async () => {
  await recorder.stop();
  await moto.stop();
});

let tables = 0;

async function openStore(): Promise<DynamoWaveStore> {
  const client = new DynamoDBClient(clientSettings(recorder.url));
  const table = `waves-${(tables += 1)}`;
  await createWaveTable(client, table);
  return new DynamoWaveStore({ client, table, details: new DetailStore(s3, waveNames.details) });
}

describe('the contract of every store', () => {
  waveStoreContract(async () => ({ store: await openStore(), close: () => Promise.resolve() }));
});

const at = new Date('2026-12-01T10:00:00.000Z');

test('large details lie in S3, and are read back whole', async () => {
  const store = await openStore();
  const payload = payloadOf('large');
  await store.create({ payload, correlationId: 'c', at });
  const memory = { blocks: Array.from({ length: 20_000 }, (_, index) => `block-${index}`) };
  const fence = (await store.claim('large', 'Test', 'tester'))?.fence ?? -1;
  expect(await store.save('large', fence, { at, memory })).toBe('saved');
  expect((await store.read('large'))?.memory).toEqual(memory);
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: waveNames.details, Prefix: 'machines/large/' }),
  );
  expect(Contents).toHaveLength(1);
  // A small one comes back into the item.
  expect(await store.save('large', fence, { at, memory: { blocks: null } })).toBe('saved');
  expect((await store.read('large'))?.memory).toEqual({ blocks: null });
});

test('of 12 writers at the same time, each order and each event is stored once', async () => {
  const store = await openStore();
  await store.create({ payload: payloadOf('busy'), correlationId: 'c', at });
  const orders = Array.from({ length: 12 }, (_, index) => `person-${index}`);
  const answers = await Promise.all(
    orders.map((by) => store.order('busy', { kind: 'approve', gate: 'board', by, at })),
  );
  expect(answers.every((answer) => answer === 'taken')).toBe(true);
  expect((await store.read('busy'))?.orders.map(({ by }) => by).sort()).toEqual([...orders].sort());
  const numbers: number[] = [];
  for await (const { number } of store.events('busy')) numbers.push(number);
  expect(numbers).toEqual(Array.from({ length: 13 }, (_, index) => index + 1));
});

test('records expire after the days that are set, from the end on', async () => {
  const client = new DynamoDBClient(clientSettings(recorder.url));
  await createWaveTable(client, 'waves-days');
  const details = new DetailStore(s3, waveNames.details);
  const store = new DynamoWaveStore({ client, table: 'waves-days', details, recordDays: 10 });
  await store.create({ payload: payloadOf('short'), correlationId: 'c', at });
  const fence = (await store.claim('short', 'Test', 'tester'))?.fence ?? -1;
  await store.save('short', fence, { at, status: 'FINALIZED', expiresAt: new Date('2030-01-01T00:00:00Z') });
  expect((await store.read('short'))?.expiresAt).toEqual(new Date('2026-12-11T10:00:00.000Z'));
});
