import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { planRun, sourceConnection } from '../../cli/migrate/plan-run.js';
import type { Plan } from '../../mappings/index.js';
import type { PartitionDetail } from '../../assessments/index.js';
import { isInRange } from '../../clients/s3/listing/key-order.js';
import { sha256 } from '../../core/canonical-json.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { valueOf } from '../support/pages.js';

const mapping = `apiVersion: aws2openstack/v1
kind: MappingTemplate
metadata: { name: private }
extends: default
rules:
  - { name: private, when: { kind: table, table: "secret*" }, skip: personal data stays }
`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-plan-run-'));
  writeFileSync(join(folder, 'mapping.yaml'), mapping);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Whether any job of the run copies an object. */
async function copies(
  tables: Parameters<typeof assessmentWith>[0],
  partitions: readonly PartitionDetail[] = [],
): Promise<(key: string) => boolean> {
  const lines = gzipSync(partitions.map((partition) => `${JSON.stringify(partition)}\n`).join(''));
  const name = 'partitions.ndjson.gz';
  writeFileSync(join(folder, name), lines);
  const partitionFile = { name, sha256: sha256(lines), partitions: partitions.length };
  const assessment = { ...assessmentWith(tables), partitionFile };
  writeFileSync(join(folder, 'glue-catalog-assessment.json'), JSON.stringify(assessment));
  const run = valueOf(await planRun({ assessment: folder, mapping: join(folder, 'mapping.yaml'), var: {} }));
  await run.remove();
  const ranges = run.jobs.flatMap(({ order }) => order.copy.regions.flatMap((region) => region.ranges));
  return (key) => ranges.some((range) => isInRange(key, range));
}

test('a table that is skipped stays behind, also where its name has a dot', async () => {
  const isCopied = await copies([
    table('hr.orders'),
    table('hr.secret'),
    table('hr.secret2', { name: 'secret.v1', location: 's3://lake/hr/secret_v1/' }),
  ]);
  expect(isCopied('hr/orders/1.parquet')).toBe(true);
  expect(isCopied('hr/readme.txt')).toBe(true);
  expect(isCopied('hr/secret/1.parquet')).toBe(false);
  expect(isCopied('hr/secret_v1/1.parquet')).toBe(false);
});

test('what of a skipped table lies outside its location stays behind, too', async () => {
  const partition = (location: string): PartitionDetail =>
    ({ database: 'hr', table: 'secret', values: [location], location }) as unknown as PartitionDetail;
  const isCopied = await copies(
    [
      table('hr.orders'),
      table('hr.secret', {
        additionalLocations: ['s3://lake/hr/elsewhere'],
        partitionKeys: [{ name: 'day', type: 'string' }],
        partitions: {
          count: 2,
          byFormat: { PARQUET: 2 },
          otherBuckets: [],
          outsideTableLocation: 2,
          irregularFolders: 0,
          differing: 0,
        },
      }),
    ],
    [partition('s3://lake/archive/secret/day=1'), partition('s3://lake/hr/orders/day=2')],
  );
  expect(isCopied('archive/readme.txt')).toBe(true);
  expect(isCopied('archive/secret/day=1/1.parquet')).toBe(false);
  expect(isCopied('hr/elsewhere/1.parquet')).toBe(false);
  // A mapped table has all of its folder.
  expect(isCopied('hr/orders/day=2/1.parquet')).toBe(true);
});

test('the metadata of a skipped Iceberg table stays behind, also where it lies outside its location', async () => {
  const iceberg = (metadataLocation: string) => ({ format: 'ICEBERG', iceberg: { metadataLocation } }) as const;
  const isCopied = await copies([
    table('hr.orders'),
    table('hr.secret', iceberg('s3://lake/catalog/secret/metadata/00001-a.metadata.json')),
    table('hr.secret2', iceberg('s3://lake/00001-b.metadata.json')),
  ]);
  expect(isCopied('hr/secret/data/1.parquet')).toBe(false);
  expect(isCopied('catalog/secret/metadata/00000-a.metadata.json')).toBe(false);
  expect(isCopied('catalog/readme.txt')).toBe(true);
  // A file at the top of a bucket does not take the bucket with it.
  expect(isCopied('hr/orders/1.parquet')).toBe(true);
  expect(isCopied('readme.txt')).toBe(true);
});

test('the endpoint of the source is that which is given, else that of the run, else that of the environment', () => {
  const plan = { source: { region: 'eu-central-1' } } as Plan;
  const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:2' };
  const given = { sourceEndpointUrl: 'http://127.0.0.1:3' };
  const amazon = { endpoint: null, region: 'eu-west-1' };
  expect(sourceConnection(plan, given, env, amazon)).toEqual({ endpoint: 'http://127.0.0.1:3', region: 'eu-west-1' });
  expect(sourceConnection(plan, {}, env, amazon)).toEqual(amazon);
  expect(sourceConnection(plan, {}, env)).toEqual({ endpoint: 'http://127.0.0.1:2', region: 'eu-central-1' });
  expect(sourceConnection(plan, {}, { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }).endpoint).toBe('http://127.0.0.1:1');
  expect(sourceConnection(plan, {}, {}).endpoint).toBeNull();
});

test('who pays for requests goes on paying', () => {
  const plan = { source: { region: 'eu-central-1' } } as Plan;
  const first = sourceConnection(plan, { requesterPays: true }, {});
  expect(first.requesterPays).toBe(true);
  expect(sourceConnection(plan, {}, {}, first)).toEqual(first);
});
