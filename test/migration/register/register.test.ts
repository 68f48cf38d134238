import { expect, test } from '@jest/globals';
import { cleanUp } from '../../../migration/register/index.js';
import type { RegistrationProgress } from '../../../migration/register/index.js';
import { withMetadata } from '../../../registration/index.js';
import { serde } from '../../support/plan-builder.js';
import { connectionLost, trinoError } from './fake-trino.js';
import { database, manifestOf, portsOf, run, scene, statesOf, table, untilKilled } from './registration.js';

const sales = database('sales', { locationUri: 's3://raw/sales' });
const writes = /^(CREATE|DROP|INSERT|CALL|COMMENT)/;

function view(name: `${string}.${string}`, sql: string) {
  return table(name, {
    method: 'view',
    location: null,
    source: { format: 'VIEW', view: { dialect: 'presto', sql, catalog: 'awsdatacatalog', schema: 'sales' } },
  });
}

const iceberg = table('sales.lake', {
  catalog: 'iceberg',
  method: 'register',
  source: { format: 'ICEBERG', iceberg: { metadataLocation: 's3://raw/sales/lake/metadata/7.metadata.json' } },
});
const typedCsv = table('sales.csv', {
  source: { format: 'CSV', serde: serde('org.apache.hadoop.hive.serde2.OpenCSVSerde') },
});
const converted = table('sales.turned', { catalog: 'iceberg', method: 'convert' });
const lake = database('lake', { catalog: 'iceberg', schema: 'sales' });

test('schemas come first, then tables, then views; a second run changes nothing', async () => {
  const it = scene();
  const manifest = manifestOf(
    [
      view('sales.a', 'SELECT * FROM sales.b'),
      view('sales.b', 'SELECT * FROM sales.csv'),
      typedCsv,
      iceberg,
      converted,
    ],
    [sales, lake],
  );
  const first = await run(it, manifest);
  expect(first.counts).toEqual({ registered: 7, unchanged: 0, failed: 0, blocked: 0 });
  const created = it.trino.statements.filter((sql) => /^(CREATE|CALL|INSERT)/.test(sql));
  const order = [
    'CREATE SCHEMA IF NOT EXISTS "hive"."sales"',
    '"sales"."csv__a2o_raw"',
    'VIEW "hive"."sales"."b"',
    'VIEW "hive"."sales"."a"',
  ];
  const at = order.map((text) => created.findIndex((sql) => sql.includes(text)));
  expect(at).toEqual(at.toSorted((a, b) => a - b));
  expect(at).not.toContain(-1);
  expect(first.outcomes.find(({ key }) => key === 'table:sales.turned')).toMatchObject({ rowsLoaded: 3 });

  it.trino.statements.length = 0;
  const second = await run(it, manifest);
  expect(second.counts).toEqual({ registered: 0, unchanged: 7, failed: 0, blocked: 0 });
  expect(it.trino.statements.filter((sql) => writes.test(sql))).toEqual([]);
});

test('a table that is there as it would be created is left alone', async () => {
  const it = scene();
  const manifest = manifestOf([table('sales.t')], [sales]);
  await run(it, manifest);
  const { body } = it.trino.relation('hive.sales.t');
  const later = { ...scene(), trino: it.trino };
  expect(statesOf(await run(later, manifest))).toEqual({ 'database:sales': 'unchanged', 'table:sales.t': 'unchanged' });
  expect(it.trino.relation('hive.sales.t').body).toBe(body);
  expect([...it.trino.relations.keys()]).toEqual(['hive.sales.t']);
  expect([...it.trino.schemas.keys()]).toEqual(['hive.sales']);
});

test.each([
  ['a first', true],
  ['a second', false],
])('in %s run, a table that is another one is neither kept nor dropped in silence', async (_, isFirst) => {
  const it = scene();
  const manifest = manifestOf([table('sales.t'), table('sales.u'), view('sales.v', 'SELECT * FROM sales.t')], [sales]);
  await run(it, manifest);
  const relation = it.trino.relation('hive.sales.t');
  relation.body = relation.body.replace('"id" BIGINT', '"id" INTEGER');
  const changed = relation.body;
  const report = await run(isFirst ? { ...scene(), trino: it.trino } : it, manifest);
  expect(statesOf(report)).toEqual({
    'database:sales': 'unchanged',
    'table:sales.t': 'blocked registration-differs',
    'table:sales.u': 'unchanged',
    'table:sales.v': 'blocked registration-need-missing',
  });
  const [reason] = report.outcomes.find(({ key }) => key === 'table:sales.t')?.diagnostics ?? [];
  expect(reason?.message).toContain('it has `"id" INTEGER` where the manifest has `"id" BIGINT`');
  expect(reason?.fix).toContain('DROP TABLE "hive"."sales"."t"');
  expect(it.trino.relation('hive.sales.t').body).toBe(changed);
});

test('what another registrar makes at the same moment is found', async () => {
  const it = scene();
  it.trino.trouble(/^CREATE SCHEMA/, trinoError('ALREADY_EXISTS', "Schema already exists: 'sales'", 'EXTERNAL'), {
    after: true,
  });
  const report = await run(it, manifestOf([table('sales.t')], [sales]));
  expect(report.counts).toMatchObject({ failed: 0, blocked: 0 });
});

test('a schema that lies elsewhere is kept, with a warning', async () => {
  const it = scene();
  it.trino.schemas.set('hive.sales', 's3://elsewhere/sales');
  expect(statesOf(await run(it, manifestOf([table('sales.t')], [sales])))).toEqual({
    'database:sales': 'unchanged registration-schema-elsewhere',
    'table:sales.t': 'registered',
  });
});

test('a view where a table should be is named', async () => {
  const it = scene();
  await run(it, manifestOf([table('sales.t'), view('sales.x', 'SELECT * FROM sales.t')], [sales]));
  const report = await run({ ...scene(), trino: it.trino }, manifestOf([table('sales.x')], [sales]));
  expect(report.outcomes.at(-1)?.diagnostics[0]?.message).toMatch(/Relation 'hive\.sales\.x' is a VIEW/);
});

test('a view that the registrar left is replaced by a new definition, one that a person changed is not', async () => {
  const it = scene();
  const tables = [
    table('sales.t'),
    view('sales.mine', 'SELECT * FROM sales.t'),
    view('sales.theirs', 'SELECT * FROM sales.t'),
  ];
  await run(it, manifestOf(tables, [sales]));
  it.trino.relation('hive.sales.theirs').body += '\nLIMIT 1';
  const newer = [
    table('sales.t'),
    view('sales.mine', 'SELECT id FROM sales.t'),
    view('sales.theirs', 'SELECT id FROM sales.t'),
  ];
  expect(statesOf(await run(it, manifestOf(newer, [sales])))).toMatchObject({
    'table:sales.mine': 'registered',
    'table:sales.theirs': 'blocked registration-differs',
  });
  expect(it.trino.relation('hive.sales.mine').body).toContain('SELECT id');
  expect(it.trino.relation('hive.sales.theirs').body).toContain('LIMIT 1');
});

test('a table that was dropped after it was registered is made again', async () => {
  const it = scene();
  const manifest = manifestOf([table('sales.t'), converted, iceberg], [sales, lake]);
  await run(it, manifest);
  for (const name of ['hive.sales.t', 'iceberg.sales.turned', 'iceberg.sales.lake']) it.trino.relations.delete(name);
  expect((await run(it, manifest)).counts).toMatchObject({ registered: 3, unchanged: 2 });
  expect(it.trino.relation('iceberg.sales.turned').rows).toBe(3);
});

test('Iceberg metadata that went on since is kept with a warning, other metadata blocks', async () => {
  const it = scene();
  const manifest = manifestOf([iceberg], [lake]);
  await run(it, manifest);
  const relation = it.trino.relation('iceberg.sales.lake');
  relation.metadata = ['s3://raw/sales/lake/metadata/8.metadata.json', ...relation.metadata];
  expect(statesOf(await run(it, manifest))['table:sales.lake']).toBe('unchanged registration-written-since');
  relation.metadata = ['s3://raw/elsewhere/metadata/1.metadata.json'];
  expect(statesOf(await run(it, manifest))['table:sales.lake']).toBe('blocked registration-other-metadata');
});

test('an Iceberg table that went on at the source is registered from its newest metadata, unless somebody wrote to it', async () => {
  const it = scene();
  const [schema, entry] = [...manifestOf([iceberg], [lake]).catalogs.values()].flat();
  if (schema === undefined || entry === undefined) throw new Error('The manifest has a schema and a table.');
  const from = async (file: string) => {
    const newer = withMetadata(entry, `s3://raw/sales/lake/metadata/${file}.metadata.json`);
    if (!newer.ok) throw new Error(newer.error);
    return statesOf(await run(it, { catalogs: new Map([['iceberg', [schema, newer.value]]]) }))['table:sales.lake'];
  };
  const name = 'iceberg.sales.lake';
  expect(await from('7')).toBe('registered');
  expect(await from('8')).toBe('registered');
  expect(it.trino.relation(name).metadata).toEqual(['s3://raw/sales/lake/metadata/8.metadata.json']);
  expect(await from('8')).toBe('unchanged');
  // A registrar is killed between both statements.
  it.trino.trouble(/\.register_table/, connectionLost, { times: 3 });
  expect(await from('9')).toMatch(/^failed/);
  expect(it.trino.relations.has(name)).toBe(false);
  expect(await from('9')).toBe('registered');
  // A writer at the target.
  it.trino.relation(name).metadata.unshift('s3://raw/sales/lake/metadata/9-own.metadata.json');
  expect(await from('10')).toBe('blocked registration-other-metadata');
  expect(withMetadata(entry, 's3://raw/sales/elsewhere/metadata/8.metadata.json')).toMatchObject({ ok: false });
});

test('what a table is made of must lie at the target', async () => {
  const it = scene();
  const known = table('sales.known', {
    source: { size: { value: 10, source: 'table-parameters', confidence: 'high' } },
  });
  it.empty.add('s3://raw/sales/known').add('s3://raw/sales/t').add('s3://raw/sales/lake/metadata/7.metadata.json');
  expect(statesOf(await run(it, manifestOf([known, table('sales.t'), iceberg], [sales, lake])))).toMatchObject({
    'table:sales.known': 'blocked registration-files-missing',
    'table:sales.t': 'registered registration-no-files',
    'table:sales.lake': 'blocked registration-metadata-missing',
  });
});

test.each([
  ['a table that Trino refuses', trinoError('SYNTAX_ERROR', 'no'), 'failed', 'stop'],
  ['a missing privilege', trinoError('PERMISSION_DENIED', 'Access Denied'), 'blocked', 'block'],
  ['a catalog that is not there', trinoError('CATALOG_NOT_FOUND', "Catalog 'hive' not found"), 'blocked', 'block'],
  ['a bucket that is not there', trinoError('HIVE_METASTORE_ERROR', 'NoSuchBucket', 'EXTERNAL'), 'blocked', 'block'],
  [
    'keys that the store refuses',
    trinoError('HIVE_METASTORE_ERROR', 'Status Code: 403', 'EXTERNAL'),
    'blocked',
    'block',
  ],
  ['a metastore that stays busy', trinoError('HIVE_METASTORE_ERROR', 'timeout', 'EXTERNAL'), 'failed', 'retry'],
  ['a Trino that is down', connectionLost, 'failed', 'retry'],
])('%s ends only what needs it', async (_, error, state, failure) => {
  const it = scene();
  it.trino.trouble(/^CREATE TABLE IF NOT EXISTS "hive"."sales"."t"/, error, { times: failure === 'retry' ? 3 : 1 });
  const tables = [table('sales.t'), table('sales.u'), view('sales.v', 'SELECT * FROM sales.t')];
  const { outcomes, counts } = await run(it, manifestOf(tables, [sales]));
  expect(outcomes.find(({ key }) => key === 'table:sales.t')).toMatchObject({
    state,
    failure,
    diagnostics: [{ path: 'table:sales.t', message: expect.stringContaining(error.trino?.message ?? 'ECONNREFUSED') }],
  });
  expect(counts).toEqual({ registered: 2, unchanged: 0, failed: 0, blocked: 1, [state]: state === 'blocked' ? 2 : 1 });
  expect((await run(it, manifestOf(tables, [sales]))).counts).toMatchObject({ failed: 0, blocked: 0 });
});

test('what passes is tried again', async () => {
  const it = scene();
  it.trino.trouble(/^CREATE TABLE/, connectionLost, { times: 2 });
  it.trino.trouble(/^CREATE SCHEMA/, connectionLost, { after: true });
  expect((await run(it, manifestOf([table('sales.t')], [sales]))).counts).toMatchObject({ registered: 2 });
});

test('tables of a schema that cannot be made are blocked by it', async () => {
  const it = scene();
  it.trino.trouble(/^CREATE SCHEMA/, trinoError('PERMISSION_DENIED', 'Cannot create schema'));
  const { outcomes } = await run(it, manifestOf([table('sales.t')], [sales]));
  expect(outcomes[1]).toMatchObject({
    state: 'blocked',
    diagnostics: [{ message: expect.stringMatching(/needs database:sales, which is not registered: .*Cannot create/) }],
  });
});

test('an INSERT whose answer was lost is not repeated', async () => {
  const it = scene();
  it.trino.trouble(/^INSERT/, connectionLost, { after: true });
  it.trino.running = ['20260101_1'];
  const { outcomes } = await run(it, manifestOf([converted], [lake]));
  expect(outcomes[1]).toMatchObject({ state: 'registered', rowsLoaded: 3 });
  expect(it.trino.relation('iceberg.sales.turned').rows).toBe(3);
  expect(it.trino.running).toEqual([]);
});

test('rows that nobody knows of are not added to', async () => {
  const it = scene();
  await run(it, manifestOf([converted], [lake]));
  const report = await run({ ...scene(), trino: it.trino }, manifestOf([converted], [lake]));
  expect(statesOf(report)['table:sales.turned']).toBe('blocked registration-target-not-empty');
  expect(it.trino.relation('iceberg.sales.turned').rows).toBe(3);
});

test('a commit of somebody else in the middle of a load is told', async () => {
  const it = scene();
  it.trino.trouble(/^INSERT/, connectionLost, { after: true });
  const { trino } = it;
  const event = async ({ kind, ...rest }: RegistrationProgress): Promise<void> => {
    if (kind !== 'step' || !('step' in rest) || rest.step !== 'load') return;
    const { snapshots } = trino.relation('iceberg.sales.turned');
    if (snapshots.length === 1) await trino.query('INSERT INTO "iceberg"."sales"."turned"');
  };
  const report = await run(it, manifestOf([converted], [lake]), { onProgress: event });
  expect(statesOf(report)['table:sales.turned']).toMatch(/^blocked registration-(load-unclear|target-not-empty)$/);
});

test('a table that was dropped while its load was unfinished is loaded from its beginning', async () => {
  const it = scene();
  const manifest = manifestOf([converted], [lake]);
  it.trino.trouble(/^INSERT/, connectionLost, { times: 3 });
  expect((await run(it, manifest)).counts).toMatchObject({ failed: 1 });
  it.trino.relations.delete('iceberg.sales.turned');
  expect((await run(it, manifest)).outcomes[1]).toMatchObject({ state: 'registered', rowsLoaded: 3 });
});

test('helper tables are dropped only after the load', async () => {
  const it = scene();
  const manifest = manifestOf([converted], [lake]);
  const entries = [...manifest.catalogs.values()].flat();
  expect(await cleanUp(entries, portsOf(it))).toMatchObject([{ code: 'registration-clean-up-early' }]);
  await run(it, manifest);
  expect(await cleanUp(entries, portsOf(it))).toEqual([]);
  expect(await cleanUp(entries, portsOf(it))).toEqual([]);
  expect([...it.trino.relations.keys()]).toEqual(['iceberg.sales.turned']);
  expect((await run(it, manifest)).counts).toMatchObject({ unchanged: 2 });
  expect(it.trino.relation('iceberg.sales.turned').rows).toBe(3);
});

test('killed after any statement and run again, everything is there once', async () => {
  const tables = [typedCsv, iceberg, converted, view('sales.v', 'SELECT * FROM sales.csv')];
  const manifest = manifestOf(tables, [sales, lake]);
  const whole = scene();
  await run(whole, manifest);
  const expected = stateOf(whole.trino);
  const count = whole.trino.statements.length;
  expect(count).toBeGreaterThan(20);
  for (let left = 0; left <= count; left += 1) {
    const it = scene();
    it.trino.left = left;
    await untilKilled(it.trino, run(it, manifest, { entriesAtOnce: 1 }));
    it.trino.left = Number.POSITIVE_INFINITY;
    const report = await run(it, manifest);
    expect([left, report.counts.failed, report.counts.blocked]).toEqual([left, 0, 0]);
    expect([left, stateOf(it.trino)]).toEqual([left, expected]);
  }

  function stateOf({ schemas, relations }: typeof whole.trino): unknown {
    return {
      schemas: [...schemas].sort(),
      relations: [...relations].map(([name, { body, rows, snapshots }]) => [name, body, rows, snapshots.length]).sort(),
    };
  }
});

test('an abort ends the run with its reason, and the next one goes on', async () => {
  const it = scene();
  const controller = new AbortController();
  const manifest = manifestOf([table('sales.t'), table('sales.u'), converted], [sales, lake]);
  const stopped = run(it, manifest, {
    signal: controller.signal,
    onProgress: (event) => {
      if (event.kind === 'step' && event.step === 'load') controller.abort(new Error('stop here'));
    },
  });
  await expect(stopped).rejects.toThrow('stop here');
  expect((await run(it, manifest)).counts).toMatchObject({ failed: 0, blocked: 0 });
  expect(it.trino.relation('iceberg.sales.turned').rows).toBe(3);
});

test('progress counts every entry once', async () => {
  const it = scene();
  const events: RegistrationProgress[] = [];
  await run(it, manifestOf([table('sales.t'), converted], [sales, lake]), {
    onProgress: (event) => {
      events.push(event);
    },
  });
  expect(events.filter(({ kind }) => kind === 'entry').map(({ done }) => done)).toEqual([1, 2, 3, 4]);
  expect(
    events.flatMap((event) => (event.kind === 'step' && event.key === 'table:sales.turned' ? [event.step] : [])),
  ).toEqual(expect.arrayContaining(['create', 'load']));
});
