import { expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMigrationPlan } from '../../cli/migrate/plan-view.js';
import { estimateOf } from '../../cli/migrate/estimate.js';
import { planRun } from '../../cli/migrate/plan-run.js';
import { makeJobs } from '../../migration/run/index.js';
import { makeManifest } from '../../registration/index.js';
import { assessmentWith, table as assessed } from '../support/assessment-builder.js';
import { valueOf } from '../support/pages.js';
import { bucket, table, targetWith } from '../support/plan-builder.js';

test('the plan says in which way Trino converts a table', () => {
  const buckets = [bucket('raw', { targetBucket: 'raw-target' })];
  const partitionKeys = [{ name: 'k', type: 'int' }];
  const tables = [
    table('sales.kept'),
    table('sales.written', { catalog: 'iceberg', method: 'convert' }),
    table('sales.parts', { catalog: 'iceberg', method: 'convert', source: { partitionKeys } }),
    table('sales.placed', { catalog: 'iceberg', method: 'convert-in-place' }),
  ];
  const manifest = makeManifest({ target: targetWith(), buckets, databases: [], tables });
  const names = new Map([['raw', 'raw-target']]);
  const jobs = makeJobs({ manifest, buckets: names, leftBehind: [], partitionLocations: new Map() });
  if (!jobs.ok) throw new Error(JSON.stringify(jobs.error));
  const text = describeMigrationPlan({
    jobs: jobs.value,
    listed: [],
    estimate: estimateOf([], 100),
    rate: { mbPerSecond: 100, measured: undefined },
    isListed: false,
    blocked: [],
  });
  const ways = [...text.matchAll(/^ {2}(sales\.\w+) +(.*?) {2,}/gm)].map(([, name, way]) => [name, way]);
  expect(Object.fromEntries(ways)).toEqual({
    'sales.kept': 'stream: files as they are',
    'sales.written': 'stream, then Trino (INSERT)',
    'sales.parts': 'stream, then Trino (INSERT by partition)',
    'sales.placed': 'stream, then Trino (in place)',
  });
});

test('a table that a rule skips is not copied with another one, whatever its name is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'a2o-plan-'));
  const mapping = join(folder, 'mapping.yaml');
  const rule = '{ name: private, when: { kind: table, table: "secret*" }, skip: personal data stays }';
  writeFileSync(
    mapping,
    `apiVersion: aws2openstack/v1\nkind: MappingTemplate\nmetadata: { name: m }\nextends: default\nrules:\n  - ${rule}\n`,
  );
  const secret = assessed('hr.secret.v1', { location: 's3://lake/hr/secret_v1/' });
  const assessment = assessmentWith([assessed('hr.orders'), secret]);
  writeFileSync(join(folder, 'glue-catalog-assessment.json'), JSON.stringify(assessment));
  const run = valueOf(await planRun({ assessment: folder, mapping, var: {} }));
  await run.remove();
  rmSync(folder, { recursive: true });
  const ranges = run.jobs.flatMap(({ order }) => order.copy.regions.flatMap((region) => region.ranges));
  const key = 'hr/secret_v1/part-0';
  expect(ranges.filter(({ from, to }) => from <= key && (to === null || key < to))).toEqual([]);
});
