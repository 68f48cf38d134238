import { expect, test } from '@jest/globals';
import { describeMigrationPlan } from '../../cli/migrate/plan-view.js';
import { estimateOf } from '../../cli/migrate/estimate.js';
import { makeJobs } from '../../migration/run/index.js';
import { makeManifest } from '../../registration/index.js';
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
