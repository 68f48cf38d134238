import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { athenaClient } from '../../../clients/athena/index.js';
import type { AthenaQueries } from '../../../clients/athena/index.js';
import { s3Client } from '../../../clients/s3/index.js';
import { motoCredentials, startMoto } from '../../../environments/moto/moto.js';
import type { Moto } from '../../../environments/moto/moto.js';
import { athenaEngine } from '../../../validation/engines/athena-engine.js';
import { openSides } from '../../../validation/engines/sides.js';
import { goldenVectors } from '../../../validation/engines/golden-vectors.js';
import { FakeEngine } from '../../support/fake-engine.js';
import { queueAthenaResults } from '../../support/athena-results.js';

const region = 'eu-central-1';

let moto: Moto;
let client: AthenaQueries;
beforeAll(async () => {
  moto = await startMoto();
  const place = { endpoint: moto.endpoint, region, credentials: motoCredentials };
  await s3Client(place).send(
    new CreateBucketCommand({ Bucket: 'results', CreateBucketConfiguration: { LocationConstraint: region } }),
  );
  client = athenaClient({ ...place, outputLocation: 's3://results/validation/' }, { pollMs: 1 });
}, 120_000);
afterAll(() => moto.stop());

test("the SDK's client starts queries in moto, waits for them, and reads their rows with exact types", async () => {
  expect(await client.engineVersion()).toBe('Athena engine version 3');
  const types = ['bigint', 'varchar', 'varchar', 'double', 'row'];
  const row = ['9223372036854775807', '', null, '-0.0', '{a=1, b=x}'];
  await queueAthenaResults(moto.endpoint, region, [
    { columns: types.map((type) => ({ name: type, type })), rows: [row] },
  ]);
  expect(await client.query('SELECT 1')).toMatchObject({
    ok: true,
    value: { rows: [[9223372036854775807n, '', null, -0, '{a=1, b=x}']], rowsRead: 0, scannedBytes: 0 },
  });
}, 60_000);

test('a workgroup that does not exist is named', async () => {
  const place = { endpoint: moto.endpoint, region, credentials: motoCredentials };
  expect(await athenaClient({ ...place, workgroup: 'nobodys' }).query('SELECT 1')).toMatchObject({
    ok: false,
    error: [{ code: 'athena-request-failed', message: expect.stringContaining('WorkGroup does not exist') }],
  });
});

test('the golden vectors are read from Athena, and what it hashes otherwise is compared as text', async () => {
  const columns = ['type', 'hash'].map((name) => ({ name, type: 'varchar' }));
  await queueAthenaResults(moto.endpoint, region, [
    { columns: [{ name: 'one', type: 'integer' }], rows: [['1']] },
    { columns, rows: goldenVectors.map(({ type, hash }) => [type, type === 'date' ? '00' : hash]) },
  ]);
  const athena = await athenaEngine(client, { account: '123456789012', region, catalog: 'AwsDataCatalog' });
  const trino = new FakeEngine({ service: 'trino', instance: 'a', catalog: 'hive', version: '476' }, []);
  expect(await openSides(athena, trino)).toMatchObject({
    ok: true,
    value: {
      demotions: { source: [{ type: 'date', kind: 'date' }], target: [] },
    },
  });
}, 60_000);
