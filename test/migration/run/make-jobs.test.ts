import { expect, test } from '@jest/globals';
import { isInRange } from '../../../clients/s3/listing/key-order.js';
import { makeJobs } from '../../../migration/run/index.js';
import type { NewJob, RunInput } from '../../../migration/run/index.js';
import { valueOf } from '../../support/pages.js';
import { database, manifestOf, table } from '../register/registration.js';

const buckets = new Map([
  ['raw', 'raw-target'],
  ['other', 'other'],
]);
const sales = database('sales', { locationUri: 's3://raw/sales' });
const at = (name: `${string}.${string}`, location: string) => table(name, { source: { location }, location });

const view = (name: `${string}.${string}`, sql: string) =>
  table(name, {
    method: 'view',
    location: null,
    source: { format: 'VIEW', view: { dialect: 'presto', sql, catalog: 'awsdatacatalog', schema: 'sales' } },
  });

const manifest = manifestOf(
  [
    at('sales.orders', 's3://raw/sales/orders'),
    at('sales.parts', 's3://raw/sales/parts'),
    view('sales.top', 'SELECT * FROM sales.low'),
    view('sales.low', 'SELECT * FROM sales.orders'),
    table('sales.turned', {
      catalog: 'iceberg',
      method: 'convert',
      source: { location: 's3://raw/sales/turned' },
      location: 's3://raw/sales/turned',
    }),
  ],
  [sales],
);

function jobsOf(input: Partial<RunInput> = {}): readonly NewJob[] {
  return valueOf(makeJobs({ manifest, buckets, leftBehind: [], partitionLocations: new Map(), ...input }));
}

/** The jobs that copy an object. */
function copiersOf(jobs: readonly NewJob[], bucket: string, key: string): readonly string[] {
  return jobs
    .filter(({ order }) =>
      order.copy.regions.some(
        (region) => region.bucket === bucket && region.ranges.some((range) => isInRange(key, range)),
      ),
    )
    .map((job) => job.key);
}

const needsOf = (jobs: readonly NewJob[], key: string) => jobs.find((job) => job.key === key)?.order.needs;

test('each table, view and link has a job with its schema, a view after what it reads', () => {
  const jobs = jobsOf();
  expect(jobs.map(({ key, jobType, order }) => [key, jobType, order.entries.map((entry) => entry.key)])).toEqual([
    ['table:sales.orders', 'COPY', ['database:sales', 'table:sales.orders']],
    ['table:sales.parts', 'COPY', ['database:sales', 'table:sales.parts']],
    ['table:sales.turned', 'CONVERT', ['schema:iceberg.sales', 'table:sales.turned']],
    ['table:sales.low', 'COPY', ['database:sales', 'table:sales.low']],
    ['table:sales.top', 'COPY', ['database:sales', 'table:sales.top']],
  ]);
  expect(needsOf(jobs, 'table:sales.top')).toEqual([{ database: 'sales', table: 'low', until: 'registered' }]);
  expect(needsOf(jobs, 'table:sales.low')).toEqual([{ database: 'sales', table: 'orders', until: 'registered' }]);
  expect(needsOf(jobs, 'table:sales.orders')).toEqual([]);
});

test('every object of a mapped bucket is copied once', () => {
  const jobs = jobsOf();
  expect(copiersOf(jobs, 'raw', 'sales/orders/1')).toEqual(['table:sales.orders']);
  expect(copiersOf(jobs, 'raw', 'README')).toHaveLength(1);
  expect(copiersOf(jobs, 'other', 'x')).toHaveLength(1);
});

test('what belongs to a table that stays behind is not copied, unless a mapped table is around or inside', () => {
  const jobs = jobsOf({
    leftBehind: [
      { table: 'table:sales.scratch', locations: ['s3://raw/sales/scratch/'] },
      { table: 'table:sales.whole', locations: ['s3://raw/sales'] },
      { table: 'table:sales.inside', locations: ['s3://raw/sales/orders/old'] },
      { table: 'table:sales.a_twin', locations: ['s3://raw/sales/parts/'] },
      { table: 'table:x.elsewhere', locations: ['s3://not-mapped/x'] },
    ],
  });
  expect(copiersOf(jobs, 'raw', 'sales/scratch/1')).toEqual([]);
  expect(copiersOf(jobs, 'raw', 'sales/anything')).toEqual([]);
  expect(copiersOf(jobs, 'raw', 'sales/orders/old/1')).toEqual(['table:sales.orders']);
  expect(copiersOf(jobs, 'raw', 'sales/parts/1')).toEqual(['table:sales.parts']);
  expect(copiersOf(jobs, 'raw', 'sales')).toHaveLength(1);
});

test('a table waits for the data of its partitions that lies in another table', () => {
  const jobs = jobsOf({
    partitionLocations: new Map([
      ['table:sales.parts', ['s3://raw/sales/orders/dt=1', 's3://other/dt=2']],
      // Each has data of the other: nobody waits for a registration.
      ['table:sales.orders', ['s3://raw/sales/parts/dt=9']],
    ]),
  });
  expect(copiersOf(jobs, 'other', 'dt=2/1')).toEqual(['table:sales.parts']);
  expect(copiersOf(jobs, 'raw', 'sales/parts/dt=9/1')).toEqual(['table:sales.orders']);
  expect(needsOf(jobs, 'table:sales.parts')).toEqual([{ database: 'sales', table: 'orders', until: 'copied' }]);
  expect(needsOf(jobs, 'table:sales.orders')).toEqual([{ database: 'sales', table: 'parts', until: 'copied' }]);
});

test('a location in a bucket that is not mapped has a reason', () => {
  const other = manifestOf([at('sales.away', 's3://away/x')], [sales]);
  const made = makeJobs({ manifest: other, buckets, leftBehind: [], partitionLocations: new Map() });
  expect(made).toMatchObject({ error: [{ code: 'location-not-mapped', path: 'table:sales.away' }] });
});
