import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { planRun } from '../../cli/migrate/plan-run.js';
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
