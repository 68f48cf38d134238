import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketMetadataConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { S3Client, StorageClass } from '@aws-sdk/client-s3';
import { Ajv } from 'ajv';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BucketPorts } from '../../../assessments/s3/assess-bucket.js';
import { assessS3 } from '../../../assessments/s3/assess-s3.js';
import type { S3AssessmentOptions } from '../../../assessments/s3/assess-s3.js';
import { s3FileNames } from '../../../assessments/s3/file-names.js';
import type { AssessedBucket, S3Assessment } from '../../../assessments/s3/s3-assessment.js';
import { claimsOfTable } from '../../../assessments/storage/table-locations.js';
import { s3Client } from '../../../clients/s3/index.js';
import type { S3Target } from '../../../clients/s3/index.js';
import { bucketLister } from '../../../clients/s3/listing/index.js';
import type { BucketLister } from '../../../clients/s3/listing/index.js';
import { s3Transfer } from '../../../clients/s3/transfer/index.js';
import type { S3Transfer } from '../../../clients/s3/transfer/index.js';
import { diagnostic } from '../../../core/diagnostic.js';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { motoCredentials, startMoto } from '../../../environments/moto/moto.js';
import type { Moto } from '../../../environments/moto/moto.js';
import { codesOf, valueOf } from '../../support/assess-run.js';
import { table } from '../../support/assessment-builder.js';

let moto: Moto;
let target: S3Target;
let client: S3Client;
let transfer: S3Transfer;
let lister: BucketLister;
let folder = '';

const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;

async function put(
  Bucket: string,
  Key: string,
  size: number,
  more: { StorageClass?: StorageClass } = {},
): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x'.repeat(size), ...more }));
}

beforeAll(async () => {
  moto = await startMoto();
  target = { endpoint: moto.endpoint, region: 'eu-central-1', credentials: motoCredentials };
  client = s3Client(target);
  transfer = s3Transfer(target, { connections: 4 });
  lister = bucketLister(transfer, { attempts: 1, firstDelayMs: 1, longestDelayMs: 1 });
  for (const Bucket of ['plain', 'kept'])
    await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  await put('plain', 'sales/orders/part-0', 100);
  await put('plain', 'sales/orders/_SUCCESS', 1);
  await put('plain', 'logs/part-0', 30, { StorageClass: 'GLACIER' });
  const Bucket = 'kept';
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  for (const size of [5, 6, 7]) await put(Bucket, 'a', size);
  await put(Bucket, 'b', 2);
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'b' }));
  const rule = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/lake' },
  } as const;
  await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }));
  const expiring = { ID: 'old', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 30 } } as const;
  await client.send(
    new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [expiring] } }),
  );
  const denying = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::kept/*' };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [denying] });
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
}, 60_000);

afterAll(async () => {
  client.destroy();
  await transfer.close();
  await moto.stop();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assess-s3-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function assess(
  more: Partial<S3AssessmentOptions> = {},
  ports: Partial<BucketPorts> = {},
): Promise<Result<S3Assessment>> {
  return await assessS3(
    { client, lister, target, athena: () => ({ unload: () => Promise.reject(new Error('not asked')) }), ...ports },
    {
      region: 'eu-central-1',
      scope: { kind: 'region' },
      outputDir: folder,
      withListing: true,
      inventories: [],
      metadataTables: [],
      unloadTo: '',
      fresh: false,
      toolVersion: '0.0.0',
      now: new Date('2026-11-28T00:00:00Z'),
      signal: new AbortController().signal,
      onProgress: () => undefined,
      ...more,
    },
  );
}

function bucketIn({ buckets }: S3Assessment, name: string): AssessedBucket {
  const found = buckets.find((bucket) => bucket.name === name);
  if (found === undefined) throw new Error(`${name} is not in the report`);
  return found;
}

const settingsOf = ({ settings }: AssessedBucket): unknown =>
  Object.fromEntries(settings.map(({ setting, found, fate }) => [setting, [found, fate]]));

describe('the buckets of a region', () => {
  test('have their objects, storage classes, old versions and delete markers counted', async () => {
    const assessment = valueOf(await assess());
    expect(bucketIn(assessment, 'plain').contents).toMatchObject({
      source: 'listing',
      objects: 3,
      bytes: 131,
      storageClasses: { GLACIER: { objects: 1, bytes: 30 }, STANDARD: { objects: 2, bytes: 101 } },
      noncurrent: { objects: 0, bytes: 0 },
      deleteMarkers: 0,
    });
    expect(bucketIn(assessment, 'kept').contents).toMatchObject({
      objects: 1,
      bytes: 7,
      noncurrent: { objects: 3, bytes: 13 },
      deleteMarkers: 1,
    });
    expect(assessment.summary).toMatchObject({ buckets: 2, objects: 4, bytes: 138, deleteMarkers: 1 });
    expect(assessment.findings).toContainEqual(expect.objectContaining({ code: 'archived-objects', asset: 'plain' }));
  });

  test('have their settings read, each with what becomes of it', async () => {
    const assessment = valueOf(await assess({ withListing: false }));
    expect(settingsOf(bucketIn(assessment, 'kept'))).toMatchObject({
      versioning: ['Enabled', 'mapping'],
      encryption: ['aws:kms with alias/lake', 'by-hand'],
      lifecycle: ['1 rule: expiration 1', 'by-hand'],
      policy: ['1 statement, of which 1 deny', 'by-hand'],
    });
    expect(settingsOf(bucketIn(assessment, 'plain'))).not.toHaveProperty('versioning');
    expect(bucketIn(assessment, 'plain').contents).toBeNull();
  });

  test('are written as one document that its JSON Schema accepts, and a page', async () => {
    const assessment = valueOf(await assess());
    const written = JSON.parse(readFileSync(join(folder, s3FileNames.report), 'utf8')) as unknown;
    expect(written).toEqual(assessment);
    const schema = JSON.parse(readFileSync('assessments/s3/s3-assessment.schema.json', 'utf8')) as object;
    const ajv = new Ajv({ allowUnionTypes: true });
    expect([ajv.validate(schema, written), ajv.errors]).toEqual([true, null]);
    const page = readFileSync(join(folder, s3FileNames.markdown), 'utf8');
    expect(page).toContain('| kept | lifecycle | 1 rule: expiration 1 | by hand |');
    expect(page).toMatch(/^\| kept \| eu-central-1 \| 1 \| 7 B \| 3 objects, 13 B \| 1 \| \S+Z \| listing \|$/m);
    expect(page).toMatch(/^\| warning \| archived-objects \| plain \| /m);
    expect(readdirSync(folder).sort()).toEqual([s3FileNames.report, s3FileNames.markdown].sort());
  });
});

test('buckets in another region are a finding, with the command that assesses them', async () => {
  const there = s3Client({ ...target, region: 'us-west-2' });
  const place = { Bucket: 'faraway', CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } } as const;
  await there.send(new CreateBucketCommand(place));
  const { buckets, findings } = valueOf(await assess({ withListing: false }));
  await there.send(new DeleteBucketCommand({ Bucket: 'faraway' }));
  there.destroy();
  expect(buckets.map(({ name, region }) => [name, region])).toEqual([
    ['kept', 'eu-central-1'],
    ['plain', 'eu-central-1'],
  ]);
  expect(findings).toContainEqual(
    expect.objectContaining({
      code: 'buckets-in-other-region',
      message: '1 bucket of the account in us-west-2 is not part of this assessment.',
      fix: 'Assess them, too: aws2openstack assess s3 --region us-west-2 --output-dir DIR.',
    }),
  );
});

describe('the tables of a Glue catalog', () => {
  const tables = [
    table('sales.orders', { location: 's3://plain/sales/orders/' }),
    table('sales.gone', { location: 's3://nowhere/gone/' }),
  ];
  const scope = { kind: 'tables', tables, claims: tables.flatMap(claimsOfTable) } as const;

  test('have the figures of their own folders, and a bucket that does not exist is a finding', async () => {
    const { tables: found, buckets, findings, summary } = valueOf(await assess({ scope }));
    expect(found).toEqual([
      {
        database: 'sales',
        name: 'orders',
        files: expect.objectContaining({ objects: 2, bytes: 101, hidden: { objects: 1, bytes: 1 } }) as unknown,
      },
      { database: 'sales', name: 'gone', files: null },
    ]);
    expect(buckets.map(({ name, contents }) => [name, contents?.objects])).toEqual([
      ['nowhere', undefined],
      ['plain', 2],
    ]);
    expect(findings.filter(({ severity }) => severity === 'error').map(({ code, asset }) => [code, asset])).toEqual([
      ['bucket-missing', 'nowhere'],
    ]);
    expect(summary.complete).toBe(false);
  });
});

describe('what is denied', () => {
  const refusing = (command: new (input: { Bucket: string }) => object): S3Client => {
    const refusal = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };
    const send = (asked: object, ...rest: unknown[]): unknown =>
      asked instanceof command
        ? Promise.reject(Object.assign(new Error('Access Denied'), refusal))
        : (client.send as (...all: unknown[]) => unknown).call(client, asked, ...rest);
    return { send } as unknown as S3Client;
  };

  test('is one finding for a setting of all buckets, and the rest is read', async () => {
    const denying = refusing(GetBucketPolicyCommand);
    const assessment = valueOf(await assess({ withListing: false }, { client: denying }));
    const denied = assessment.findings.filter(({ code }) => code === 'setting-not-read');
    expect(denied).toMatchObject([
      {
        message: expect.stringContaining("'policy' of the buckets kept, plain") as unknown,
        fix: 'Grant s3:GetBucketPolicy on arn:aws:s3:::kept, arn:aws:s3:::plain, then assess again.',
      },
    ]);
    expect(bucketIn(assessment, 'kept').unreadSettings).toContain('policy');
    expect(settingsOf(bucketIn(assessment, 'kept'))).toHaveProperty('versioning');
  });

  const denied = fail([diagnostic({ code: 'source-listing-denied', message: 'Access Denied.', fix: 'Allow it.' })]);

  test('of a listing leaves the contents unknown, which is a finding', async () => {
    const refusing: BucketLister = { ...lister, page: () => Promise.resolve(denied) };
    const assessment = valueOf(await assess({ scope: { kind: 'buckets', names: ['plain'] } }, { lister: refusing }));
    expect(bucketIn(assessment, 'plain').contents).toBeNull();
    expect(assessment.findings.map(({ code }) => code)).toContain('bucket-not-listed');
    expect(assessment.summary).toMatchObject({ bucketsWithoutContents: 1, complete: false });
  });

  test('of the state of versioning leaves old versions unknown, not zero', async () => {
    const scope = { kind: 'buckets', names: ['kept'] } as const;
    const silent: BucketLister = { ...lister, pinFor: () => Promise.resolve(ok('etag')) };
    const ports = { client: refusing(GetBucketVersioningCommand), lister: silent };
    const assessment = valueOf(await assess({ scope }, ports));
    expect(bucketIn(assessment, 'kept').contents).toMatchObject({ objects: 1, noncurrent: null, deleteMarkers: null });
    expect(assessment.findings.map(({ code }) => code)).toEqual(['setting-not-read', 'versions-not-listed']);
  });

  test('of old versions leaves the current objects counted', async () => {
    const current: BucketLister = {
      ...lister,
      page: (request, signal) => (request.pin === 'version' ? Promise.resolve(denied) : lister.page(request, signal)),
    };
    const assessment = valueOf(await assess({ scope: { kind: 'buckets', names: ['kept'] } }, { lister: current }));
    expect(bucketIn(assessment, 'kept').contents).toMatchObject({ objects: 1, noncurrent: null, deleteMarkers: null });
    expect(assessment.findings.map(({ code }) => code)).toContain('versions-not-listed');
  });
});

describe('a run that ends early', () => {
  test('writes nothing, and the next one lists only what was not finished', async () => {
    const stop = new AbortController();
    const kept = Promise.withResolvers<undefined>();
    const stopping: BucketLister = {
      ...lister,
      page: async (request, signal) => {
        if (request.bucket === 'kept') return await lister.page(request, signal);
        await kept.promise;
        stop.abort();
        return await lister.page(request, signal);
      },
    };
    const scope = { kind: 'buckets', names: ['kept', 'plain'] } as const;
    const onProgress = ({ bucketsDone }: { readonly bucketsDone: number }): void => {
      if (bucketsDone === 1) kept.resolve(undefined);
    };
    const interrupted = await assess({ scope, signal: stop.signal, onProgress }, { lister: stopping });
    expect(codesOf(interrupted)).toEqual(['interrupted']);
    expect(readdirSync(folder)).toEqual([s3FileNames.checkpoint]);
    const listed = new Set<string>();
    const watched: BucketLister = {
      ...lister,
      page: (request, signal) => {
        listed.add(request.bucket);
        return lister.page(request, signal);
      },
    };
    const { summary, assessedAt } = valueOf(await assess({ scope, now: new Date(0) }, { lister: watched }));
    expect(summary).toMatchObject({ buckets: 2, objects: 4 });
    expect([...listed]).toEqual(['plain']);
    expect(assessedAt).toBe('2026-11-28T00:00:00.000Z');
    expect(readdirSync(folder)).not.toContain(s3FileNames.checkpoint);
  });

  test('because nobody answers is one error', async () => {
    const refusal = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    const unreachable = { send: () => Promise.reject(refusal) } as unknown as S3Client;
    const failure = await assess({ scope: { kind: 'buckets', names: ['plain'] } }, { client: unreachable });
    expect(codesOf(failure)).toEqual(['s3-unreachable']);
  });
});

describe('an inventory', () => {
  const rows = [
    '"plain","a","v2","true","false","11","2026-11-01T00:00:00.000Z","0123","STANDARD","SSE-KMS"',
    '"plain","a","v1","false","false","4","2026-10-01T00:00:00.000Z","0123","STANDARD","SSE-S3"',
    '"plain","b","v1","true","true","","2026-10-01T00:00:00.000Z","","",""',
  ];
  const file = gzipSync(rows.map((row) => `${row}\n`).join(''));
  const manifest = {
    sourceBucket: 'plain',
    fileFormat: 'CSV',
    fileSchema:
      'Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass, EncryptionStatus',
    creationTimestamp: '1795824000000',
    files: [
      { key: 'inventory/0.csv.gz', size: file.length, MD5checksum: createHash('md5').update(file).digest('hex') },
    ],
  };

  test('takes the place of a listing, and tells the encryption of objects', async () => {
    const Bucket = 'inventories';
    await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    await client.send(new PutObjectCommand({ Bucket, Key: 'inventory/manifest.json', Body: JSON.stringify(manifest) }));
    await client.send(new PutObjectCommand({ Bucket, Key: 'inventory/0.csv.gz', Body: file }));
    const refusing: BucketLister = { ...lister, page: () => Promise.reject(new Error('nothing is listed')) };
    const inventories = ['s3://inventories/inventory/manifest.json'];
    const options = { inventories, scope: { kind: 'buckets', names: ['plain'] } } as const;
    const assessment = valueOf(await assess(options, { lister: refusing }));
    expect(bucketIn(assessment, 'plain').contents).toEqual({
      source: 'inventory',
      asOf: '2026-11-28T00:00:00.000Z',
      objects: 1,
      bytes: 11,
      storageClasses: { STANDARD: { objects: 1, bytes: 11 } },
      lastModified: '2026-11-01T00:00:00.000Z',
      noncurrent: { objects: 1, bytes: 4 },
      deleteMarkers: 1,
      encryption: { 'SSE-KMS': { objects: 1, bytes: 11 } },
    });
  });

  test('that cannot be read ends the run, with its address', async () => {
    const missing = await assess({ inventories: ['s3://kept/nothing/manifest.json', 'kept/manifest.json'] });
    expect(missing).toMatchObject({
      ok: false,
      error: [{ path: 's3://kept/nothing/manifest.json' }, { code: 'inventory-place' }],
    });
  });
});

describe('a live inventory table of S3 Metadata', () => {
  const options = {
    metadataTables: ['plain'],
    unloadTo: 's3://unloaded/assess/',
    scope: { kind: 'buckets', names: ['plain'] },
  } as const;

  /** moto does not know metadata tables. */
  const withTable = (table: object | undefined): S3Client =>
    new Proxy(client, {
      get: (real, name) =>
        name !== 'send'
          ? (Reflect.get(real, name) as unknown)
          : (command: Parameters<S3Client['send']>[0], ...more: [object]) =>
              command instanceof GetBucketMetadataConfigurationCommand
                ? Promise.resolve({ GetBucketMetadataConfigurationResult: { MetadataConfigurationResult: table } })
                : real.send(command as never, ...more),
    });
  const active = {
    DestinationResult: {
      TableBucketArn: 'arn:aws:s3tables:eu-central-1:111122223333:bucket/aws-s3',
      TableNamespace: 'b_plain',
    },
    InventoryTableConfigurationResult: { TableName: 'inventory', TableStatus: 'ACTIVE' },
  };

  test('takes the place of a listing: Athena writes it, and its files are counted', async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'unloaded', CreateBucketConfiguration }));
    const statements: [string, string][] = [];
    const athena: BucketPorts['athena'] = (catalog) => ({
      unload: async (statement) => {
        statements.push([catalog, statement]);
        const [, folder = ''] = /TO 's3:\/\/unloaded\/([^']+)'/.exec(statement) ?? [];
        const STRING = 'STRING' as const;
        const Body = new Uint8Array(
          parquetWriteBuffer({
            columnData: [
              { name: 'key', data: ['a', 'a', 'b'], type: STRING },
              { name: 'version_id', data: ['v2', 'v1', 'v1'], type: STRING },
              { name: 'is_delete_marker', data: [false, false, true], type: 'BOOLEAN' },
              { name: 'size', data: [11n, 4n, null], type: 'INT64' },
              { name: 'e_tag', data: ['01', '02', null], type: STRING },
              { name: 'storage_class', data: ['STANDARD', 'STANDARD', null], type: STRING },
              { name: 'encryption_status', data: ['SSE-KMS', 'SSE-S3', null], type: STRING },
              { name: 'is_latest', data: [true, false, true], type: 'BOOLEAN' },
              { name: 'last_modified_date', data: Array(3).fill('2026-11-01T00:00:00.000Z'), type: STRING },
            ],
          }),
        );
        await client.send(new PutObjectCommand({ Bucket: 'unloaded', Key: `${folder}0.parquet`, Body }));
        const manifest = `s3://unloaded/${folder}0.parquet\n`;
        await client.send(new PutObjectCommand({ Bucket: 'unloaded', Key: 'q1-manifest.csv', Body: manifest }));
        return ok('s3://unloaded/q1-manifest.csv');
      },
    });
    const refusing: BucketLister = { ...lister, page: () => Promise.reject(new Error('nothing is listed')) };
    const assessment = valueOf(await assess(options, { client: withTable(active), lister: refusing, athena }));
    expect(bucketIn(assessment, 'plain').contents).toEqual({
      source: 'metadata-table',
      asOf: '2026-11-28T00:00:00.000Z',
      objects: 1,
      bytes: 11,
      storageClasses: { STANDARD: { objects: 1, bytes: 11 } },
      lastModified: '2026-11-01T00:00:00.000Z',
      noncurrent: { objects: 1, bytes: 4 },
      deleteMarkers: 1,
      encryption: { 'SSE-KMS': { objects: 1, bytes: 11 } },
    });
    expect(statements).toEqual([['s3tablescatalog/aws-s3', expect.stringContaining('FROM "b_plain"."inventory"')]]);
  });

  test.each([
    ['that is missing', undefined, 'metadata-table-missing'],
    [
      'that is still being filled',
      { ...active, InventoryTableConfigurationResult: { TableName: 'inventory', TableStatus: 'BACKFILLING' } },
      'metadata-table-not-active',
    ],
  ])('%s ends the run before anything is read', async (_case, table, code) => {
    const refused = await assess(options, { client: withTable(table) });
    expect(refused).toMatchObject({ ok: false, error: [{ code, path: 'plain' }] });
  });
});
