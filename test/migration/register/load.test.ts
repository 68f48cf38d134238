import { expect, test } from '@jest/globals';
import { loadBatches } from '../../../migration/register/load-batches.js';
import { connectionLost } from './fake-trino.js';
import { database, manifestOf, run, scene, statesOf, table, untilKilled } from './registration.js';
import type { Scene } from './registration.js';

const nothing = '__HIVE_DEFAULT_PARTITION__';
const lake = database('lake', { catalog: 'iceberg', schema: 'sales' });
const target = 'iceberg.sales.turned';

/** A table that is converted, with that many partitions. */
function partitioned(count: number): { readonly it: Scene; readonly manifest: ReturnType<typeof manifestOf> } {
  const it = scene();
  const values = Array.from({ length: count }, (_, at) => (at === 0 ? [nothing] : [`it's ${at}`]));
  const listed = values.map(([value = '']) => ({ values: [value], location: null }));
  it.partitions.set('sales.turned', listed);
  it.trino.folders.set('turned', values);
  const converted = table('sales.turned', {
    catalog: 'iceberg',
    method: 'convert',
    source: {
      partitionKeys: [{ name: 'dt', type: 'string' }],
      partitions: { count, byFormat: {}, otherBuckets: [], outsideTableLocation: 0, irregularFolders: 0, differing: 0 },
    },
  });
  return { it, manifest: manifestOf([converted], [lake]) };
}

function inserts({ trino }: Scene): readonly string[] {
  return trino.statements.filter((sql) => sql.startsWith('INSERT'));
}

test('a partitioned table is loaded in batches that a writer can keep open, and progress counts them', async () => {
  const { it, manifest } = partitioned(250);
  const steps: string[] = [];
  const report = await run(it, manifest, {
    onProgress: (event) => {
      if (event.kind === 'step' && event.step === 'load') steps.push(`${event.done} of ${String(event.total)}`);
    },
  });
  expect(report.outcomes[1]).toMatchObject({ state: 'registered', rowsLoaded: 750 });
  expect(inserts(it).map((sql) => sql.split('CAST(').length - 1 + sql.split('IS NULL').length - 1)).toEqual([
    100, 100, 50,
  ]);
  expect(steps).toEqual(['0 of null', '0 of 3', '1 of 3', '2 of 3']);
  expect(it.trino.relation(target).loaded.size).toBe(250);
});

test('killed after any statement and run again, each batch is there once, and none is loaded twice', async () => {
  const whole = partitioned(250);
  await run(whole.it, whole.manifest);
  const count = whole.it.trino.statements.length;
  const first = whole.it.trino.statements.findIndex((sql) => sql.startsWith('SELECT query_id'));
  expect(first).toBeGreaterThan(0);
  for (let left = first; left <= count; left += 1) {
    const { it, manifest } = partitioned(250);
    it.trino.left = left;
    await untilKilled(it.trino, run(it, manifest, { entriesAtOnce: 1 }));
    it.trino.left = Number.POSITIVE_INFINITY;
    expect([left, (await run(it, manifest)).counts]).toMatchObject([left, { failed: 0, blocked: 0 }]);
    expect([left, it.trino.relation(target).rows, inserts(it).length]).toEqual([left, 750, 3]);
  }
});

test('a batch whose answer was lost is not repeated', async () => {
  const { it, manifest } = partitioned(150);
  it.trino.trouble(/^INSERT/, connectionLost, { after: true, times: 2 });
  expect((await run(it, manifest)).outcomes[1]).toMatchObject({ state: 'registered', rowsLoaded: 450 });
  expect(inserts(it)).toHaveLength(2);
});

test('a load that lost rows of a partition never ends as done', async () => {
  const { it, manifest } = partitioned(3);
  const { trino } = it;
  const lose = (): void => {
    const { loaded } = trino.relation(target);
    if (loaded.has('["it\'s 1"]')) loaded.set('["it\'s 1"]', 2);
  };
  const report = await run({ ...it, ledger: watched(it, lose) }, manifest);
  expect(statesOf(report)['table:sales.turned']).toBe('blocked registration-load-differs');
  expect(report.outcomes[1]?.diagnostics[0]).toMatchObject({
    message: expect.stringContaining('2 rows after its load, and "hive"."a2o_staging_sales_'),
    fix: 'Drop it (DROP TABLE "iceberg"."sales"."turned"), then `aws2openstack migrate resume sales.turned` creates and loads it again.',
  });
  expect(report.outcomes[1]?.diagnostics[0]?.message).toContain("has 3 in dt=it's 1");
  trino.relations.delete(target);
  expect((await run(it, manifest)).outcomes[1]).toMatchObject({ state: 'registered', rowsLoaded: 9 });
});

/** Does something whenever progress is stored. */
function watched({ ledger }: Scene, act: () => void): Scene['ledger'] {
  return {
    get: (key) => ledger.get(key),
    save: async (key, record) => {
      await ledger.save(key, record);
      if (record.progress.load !== null) act();
    },
  };
}

test('partitions that change in the middle of a load are told', async () => {
  const { it, manifest } = partitioned(150);
  it.trino.trouble(/^INSERT.*it''s 99'/s, connectionLost, { times: 3 });
  expect((await run(it, manifest)).counts).toMatchObject({ failed: 1 });
  const staged = [...it.trino.relations].find(([name]) => name.startsWith('hive.a2o_staging'))?.[1];
  it.trino.folders.set('turned', [...(it.trino.folders.get('turned') ?? []), ['new']]);
  staged?.partitions.set('["new"]', 'found:new');
  it.partitions.set('sales.turned', [
    ...(it.partitions.get('sales.turned') ?? []),
    { values: ['new'], location: null },
  ]);
  const { outcomes } = await run(it, withPartitions(manifest, 151));
  expect(outcomes[1]?.diagnostics[0]?.code).toBe('registration-load-changed');
});

/** The same work, of which the source lists another number of partitions. */
function withPartitions(manifest: ReturnType<typeof manifestOf>, partitions: number): ReturnType<typeof manifestOf> {
  return {
    catalogs: new Map(
      [...manifest.catalogs].map(([catalog, entries]) => [
        catalog,
        entries.map((entry) => ({ ...entry, expected: { ...entry.expected, partitions } })),
      ]),
    ),
  };
}

test.each([
  ['varchar', "it's", `"k" = CAST('it''s' AS varchar)`],
  ['varchar', null, '"k" IS NULL'],
  ['bigint', '9223372036854775807', `"k" = CAST('9223372036854775807' AS bigint)`],
  ['decimal(38,2)', '-0.5', `"k" = CAST('-0.5' AS decimal(38,2))`],
  ['date', '2024-02-29', `"k" = CAST('2024-02-29' AS date)`],
  ['double', 'NaN', 'is_nan("k")'],
  ['varchar', 'NaN', `"k" = CAST('NaN' AS varchar)`],
])('a batch takes the partition %s %s by its exact value', (type, value, condition) => {
  const { statements } = loadBatches('INSERT', {
    keys: ['k'],
    types: [type],
    rows: new Map([[JSON.stringify([value]), 1]]),
  });
  expect(statements).toEqual([`INSERT\nWHERE (${condition})`]);
});

test('a batch stays short enough for Trino', () => {
  const long = 'x'.repeat(60_000);
  const rows = new Map(['a', 'b', 'c', 'd', 'e'].map((start) => [JSON.stringify([start + long]), 1]));
  const { statements } = loadBatches('INSERT', { keys: ['k'], types: ['varchar'], rows });
  expect(statements.map((sql) => sql.length > 300_000)).toEqual([false, false]);
});
