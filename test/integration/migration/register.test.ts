import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { trinoClient } from '../../../clients/trino/index.js';
import { cleanUp, register } from '../../../migration/register/index.js';
import type { RegistrationOptions, RegistrationReport } from '../../../migration/register/index.js';
import { database } from '../../support/glue-catalogs.js';
import { partitionsKey } from '../../support/glue-stub.js';
import type { GlueJson } from '../../support/glue-stub.js';
import { sharedLakehouse } from '../../support/shared-lakehouse.js';
import type { SharedLakehouse } from '../../support/shared-lakehouse.js';
import type { CorpusFile } from '../registration-corpus/corpus-case.js';
import { columnsOf, gluePartitions, glueTable } from '../registration-corpus/glue-table.js';
import type { TableParts } from '../registration-corpus/glue-table.js';
import { athenaView, dyingClient, planLake, putFiles } from './register-lake.js';
import type { PlannedLake } from './register-lake.js';

jest.setTimeout(900_000);

const tag = randomBytes(3).toString('hex');
/** The database at the source, the schema at the target. */
const name = `register_${tag}`;
/** The main bucket gets another name, the others keep theirs. */
const source = `register-${tag}-src`;
const bucket = `register-${tag}`;
const second = `register-${tag}-b`;
const rules = `
  - { name: renamed, when: { kind: bucket, bucket: ${source} }, to: { bucket: ${bucket} } }
  - { name: turned, when: { kind: table, table: 'turned_*' }, to: { catalog: iceberg, convert: { format: iceberg } } }`;

const id = { id: 'int' };
const file = (key: string, value: number): CorpusFile => ({ key, kind: 'parquet', columns: id, rows: [[value]] });

interface Given {
  readonly table: GlueJson;
  readonly partitions: readonly GlueJson[];
}

function place(table: string) {
  return { database: name, bucket: source, location: `s3://${source}/${table}/` };
}

type Folders = readonly (readonly [values: readonly string[], folder: string])[];

function partitioned(table: string, keys: Readonly<Record<string, string>>, folders: Folders): Given {
  const parts: TableParts = { columns: id, keys };
  return {
    table: { Name: table, ...glueTable('parquet', parts)(place(table)) },
    partitions: gluePartitions('parquet', parts, folders)(place(table)),
  };
}

const nothing = '__HIVE_DEFAULT_PARTITION__';
/** More partitions than a writer may have open, with values of every kind. */
const manyFolders: Folders = Array.from({ length: 102 }, (_, at) => {
  const values = [
    String(at % 7),
    at % 5 === 0 ? nothing : `2024-02-${String(1 + (at % 29)).padStart(2, '0')}`,
    `${at}.50`,
    at === 1 ? nothing : `it's ${at}`,
    at % 2 === 0 ? 'true' : 'false',
  ];
  const names = ['year', 'dt', 'price', 'k', 'flag'];
  return [values, values.map((value, key) => `${names[key] ?? ''}=${value.replace("'", '%27')}`).join('/')];
});
const manyKeys = { year: 'tinyint', dt: 'date', price: 'decimal(6,2)', k: 'string', flag: 'boolean' };
const given: readonly Given[] = [
  partitioned('listed', { dt: 'string' }, [
    [['1'], 'dt=1'],
    [['2'], 'dt=2'],
    [['empty'], 'dt=empty'],
  ]),
  partitioned('odd', { K: 'string' }, [
    [['a b'], 'K=a b'],
    [['x/y'], 'K=x%2Fy'],
    [["it's"], 'K=it%27s'],
    [['größe'], 'K=größe'],
    [['Upper'], 'K=Upper'],
    [[nothing], `K=${nothing}`],
  ]),
  partitioned('numbers', { year: 'int', month: 'int' }, [
    [['2024', '01'], 'year=2024/month=01'],
    [['2024', '12'], 'year=2024/month=12'],
  ]),
  partitioned('elsewhere', { dt: 'string' }, [
    [['1'], 'dt=1'],
    [['2'], `s3a://${second}/two%20x/`],
    [["it's 3"], `s3://${source}/moved/three`],
    [[nothing], `s3://${source}/moved/none`],
  ]),
  partitioned('turned_parts', { dt: 'string' }, [
    [['1'], 'dt=1'],
    [['2'], 'dt=2'],
  ]),
  partitioned('turned_many', manyKeys, manyFolders),
  {
    table: {
      Name: 'projected',
      ...glueTable('parquet', {
        columns: id,
        keys: { region: 'string' },
        parameters: {
          'projection.enabled': 'true',
          'projection.region.type': 'enum',
          'projection.region.values': 'eu,us',
        },
      })(place('projected')),
    },
    partitions: [],
  },
  {
    table: {
      Name: 'typed',
      ...glueTable('csv', { columns: { id: 'int', day: 'date' }, options: { separatorChar: ',' } })(place('typed')),
    },
    partitions: [],
  },
  {
    table: {
      Name: 'not_copied',
      ...glueTable('parquet', { columns: id, parameters: { totalSize: '100' } })(place('not_copied')),
    },
    partitions: [],
  },
  {
    table: { Name: 'linked', TargetTable: { CatalogId: '123456789012', DatabaseName: name, Name: 'listed' } },
    partitions: [],
  },
  { table: athenaView(name, 'a_top', 'SELECT id + 1 AS id FROM b_base', columnsOf(id)), partitions: [] },
  { table: athenaView(name, 'b_base', 'SELECT id FROM typed WHERE id > 1', columnsOf(id)), partitions: [] },
];

const files: readonly CorpusFile[] = [
  file('listed/dt=1/f', 1),
  file('listed/dt=2/f', 2),
  file('listed/dt=9/not-listed', 9),
  ...['a b', 'x%2Fy', 'it%27s', 'größe', 'Upper', nothing, 'not%20listed'].map((folder, at) =>
    file(`odd/K=${folder}/f`, at),
  ),
  file('numbers/year=2024/month=01/f', 1),
  file('numbers/year=2024/month=12/f', 12),
  file('numbers/year=2024/month=02/f', 2),
  file('elsewhere/dt=1/f', 1),
  file('elsewhere/dt=9/not-listed', 9),
  file('moved/three/f', 3),
  file('moved/none/f', 4),
  file('turned_parts/dt=1/f', 1),
  file('turned_parts/dt=2/f', 2),
  file('turned_parts/dt=9/not-listed', 9),
  ...manyFolders.map(([, folder], at) => file(`turned_many/${folder}/f`, at)),
  file('projected/region=eu/f', 1),
  { key: 'typed/f.csv', kind: 'text', text: '1,2024-01-01\n2,2024-02-29\nx,never\n' } as const,
].map((each) => ({ ...each, key: `${bucket}/${each.key}` }));

describe('a lake that was copied', () => {
  let lakehouse: SharedLakehouse;
  let lake: PlannedLake;
  let first: RegistrationReport;

  beforeAll(async () => {
    lakehouse = await sharedLakehouse();
    await putFiles(lakehouse, [...files, { ...file('', 2), key: `${second}/two%20x/f` }]);
    const metadata = await copiedIceberg(lakehouse);
    const icebergTable = (table: string, metadataLocation: string): GlueJson => ({
      Name: table,
      TableType: 'EXTERNAL_TABLE',
      Parameters: { table_type: 'ICEBERG', metadata_location: metadataLocation },
      StorageDescriptor: { Columns: columnsOf(id), Location: `s3://${second}/${table}` },
    });
    const tables = [
      ...given.map(({ table }) => table),
      icebergTable('lake', metadata),
      icebergTable('lake_gone', `s3://${second}/lake_gone/metadata/1.metadata.json`),
    ];
    const partitions = given.map(({ table, partitions: list }) => [partitionsKey(name, String(table['Name'])), list]);
    const catalog = {
      databases: [database(name, { LocationUri: `s3://${source}/` })],
      tables: { [name]: tables },
      partitions: Object.fromEntries(partitions) as Readonly<Record<string, readonly GlueJson[]>>,
    };
    lake = await planLake(lakehouse, catalog, rules);
    first = await run();
  });

  afterAll(async () => {
    await lakehouse.query(`CALL iceberg.system.unregister_table('${name}', 'lake')`).catch(() => undefined);
    for (const catalog of ['hive', 'iceberg'])
      await lakehouse.query(`DROP SCHEMA IF EXISTS ${catalog}.${name} CASCADE`);
    for (const each of [bucket, second]) await lakehouse.removeBucket(each);
    // Last: where the way to the manifest failed, there is nothing of this.
    for (const entry of [...lake.manifest.catalogs.values()].flat())
      for (const sql of entry.cleanup) await lakehouse.query(sql);
    await lake.remove();
  });

  const run = async (options: Partial<RegistrationOptions> = {}): Promise<RegistrationReport> =>
    await register(lake.manifest, lake.ports(), { buckets: lake.buckets, ...options });
  const rowsOf = async (table: string): Promise<readonly string[]> =>
    (await lakehouse.query(`SELECT * FROM ${table}`)).map((row) => JSON.stringify(row)).sort();
  const statesOf = ({ outcomes }: RegistrationReport): Readonly<Record<string, string>> =>
    Object.fromEntries(
      outcomes.map(({ key, state, diagnostics }) => [
        key.replace(`${name}.`, ''),
        [state, ...diagnostics.map(({ code }) => code)].join(' '),
      ]),
    );

  test('everything is registered but what was not copied, each with its reason', () => {
    expect(lake.blocked).toEqual([]);
    expect(statesOf(first)).toEqual({
      [`database:${name}`]: 'registered',
      [`schema:iceberg.${name}`]: 'registered',
      ...Object.fromEntries(
        [
          'listed',
          'odd',
          'numbers',
          'elsewhere',
          'turned_parts',
          'turned_many',
          'projected',
          'typed',
          'linked',
          'a_top',
          'b_base',
          'lake',
        ].map((table) => [`table:${table}`, 'registered']),
      ),
      'table:not_copied': 'blocked registration-files-missing',
      'table:lake_gone': 'blocked registration-metadata-missing',
    });
    const { registered, unchanged, failed, blocked } = first.counts;
    expect(registered + unchanged + failed + blocked).toBe([...lake.manifest.catalogs.values()].flat().length);
  });

  test.each([
    [
      'hive',
      'listed',
      [
        [1, '1'],
        [2, '2'],
      ],
    ],
    [
      'hive',
      'linked',
      [
        [1, '1'],
        [2, '2'],
      ],
    ],
    [
      'hive',
      'odd',
      [
        [0, 'a b'],
        [1, 'x/y'],
        [2, "it's"],
        [3, 'größe'],
        [4, 'Upper'],
        [5, null],
      ],
    ],
    [
      'hive',
      'numbers',
      [
        [1, 2024, 1],
        [12, 2024, 12],
      ],
    ],
    [
      'hive',
      'elsewhere',
      [
        [1, '1'],
        [2, '2'],
        [3, "it's 3"],
        [4, null],
      ],
    ],
    ['hive', 'projected', [[1, 'eu']]],
    [
      'hive',
      'typed',
      [
        [1, '2024-01-01'],
        [2, '2024-02-29'],
        [null, null],
      ],
    ],
    ['hive', 'b_base', [[2]]],
    ['hive', 'a_top', [[3]]],
    [
      'iceberg',
      'turned_parts',
      [
        [1, '1'],
        [2, '2'],
      ],
    ],
    ['iceberg', 'lake', [[1], [2]]],
  ])(
    '%s.%s has the rows that Athena shows, and none of folders that Glue does not list',
    async (catalog, table, rows) => {
      expect(await rowsOf(`${catalog}.${name}.${table}`)).toEqual(rows.map((row) => JSON.stringify(row)).sort());
    },
  );

  test('the partitions are those that Glue lists', async () => {
    const partitions = async (table: string): Promise<readonly string[]> =>
      await rowsOf(`hive.${name}."${table}$partitions"`);
    expect(await partitions('listed')).toEqual(['["1"]', '["2"]', '["empty"]']);
    expect(await partitions('numbers')).toEqual(['[2024,12]', '[2024,1]']);
    const counts = (table: string) => first.outcomes.find(({ key }) => key === `table:${name}.${table}`)?.partitions;
    expect(counts('listed')).toEqual({ registered: 1, moved: 0, removed: 1, unlisted: 0 });
    expect(counts('numbers')).toEqual({ registered: 0, moved: 0, removed: 1, unlisted: 0 });
    expect(counts('elsewhere')).toEqual({ registered: 4, moved: 0, removed: 0, unlisted: 0 });
  });

  test('a table of many partitions is loaded in batches, each row once', async () => {
    const outcome = first.outcomes.find(({ key }) => key === `table:${name}.turned_many`);
    expect(outcome).toMatchObject({ rowsLoaded: 102 });
    const target = `iceberg.${name}.turned_many`;
    const entry = [...lake.manifest.catalogs.values()].flat().find(({ key }) => key === outcome?.key);
    const staged = /\nFROM (.*)$/.exec(entry?.load[0] ?? '')?.[1] ?? '';
    for (const [one, other] of [
      [target, staged],
      [staged, target],
    ])
      expect(await lakehouse.query(`SELECT * FROM ${one ?? ''} EXCEPT ALL SELECT * FROM ${other ?? ''}`)).toEqual([]);
    expect(
      await lakehouse.query(
        `SELECT CAST(element_at(summary, 'added-records') AS integer) FROM iceberg.${name}."turned_many$snapshots"
         WHERE element_at(summary, 'added-records') IS NOT NULL ORDER BY committed_at`,
      ),
    ).toEqual([[100], [2]]);
  });

  test('run again, nothing changes', async () => {
    const again = await run();
    expect(again.counts).toEqual({ ...first.counts, registered: 0, unchanged: first.counts.registered });
    expect(await rowsOf(`iceberg.${name}.turned_parts`)).toHaveLength(2);
  });

  test('with a ledger that knows nothing, what is there is recognised, and a loaded table is not loaded again', async () => {
    const planned = lake.ports();
    const { memoryLedger } = await import('../../../migration/register/index.js');
    const report = await register(lake.manifest, { ...planned, ledger: memoryLedger() }, { buckets: lake.buckets });
    expect(statesOf(report)).toMatchObject({
      // The statement finds the folder again that Glue does not list; it is removed again.
      'table:listed': 'registered',
      'table:elsewhere': 'unchanged',
      'table:typed': 'unchanged',
      'table:projected': 'unchanged',
      'table:a_top': 'unchanged',
      'table:linked': 'unchanged',
      'table:lake': 'unchanged',
      'table:turned_parts': 'blocked registration-target-not-empty',
    });
    expect(await rowsOf(`iceberg.${name}.turned_parts`)).toHaveLength(2);
    expect(await lakehouse.query(`SHOW SCHEMAS FROM hive LIKE 'a2o_staging_twin%'`)).toEqual([]);
  });

  test('what a person changed is told, and stays', async () => {
    await lakehouse.query(`DROP TABLE hive.${name}.projected`);
    await lakehouse.query(
      `CREATE TABLE hive.${name}.projected (id bigint, region varchar) WITH (external_location = 's3://${bucket}/projected/', format = 'PARQUET', partitioned_by = ARRAY['region'])`,
    );
    await lakehouse.query(`CREATE OR REPLACE VIEW hive.${name}.b_base AS SELECT 7 AS id`);
    await lakehouse.query(`CALL hive.system.unregister_partition('${name}', 'elsewhere', ARRAY['dt'], ARRAY['2'])`);
    const report = await run();
    expect(statesOf(report)).toMatchObject({
      'table:projected': 'blocked registration-differs',
      'table:b_base': 'blocked registration-differs',
      'table:a_top': 'blocked registration-need-missing',
      'table:elsewhere': 'registered',
    });
    const [reason] = report.outcomes.find(({ key }) => key === `table:${name}.projected`)?.diagnostics ?? [];
    expect(reason?.message).toMatch(/`id bigint`.*where the manifest has.*`id integer`/);
    expect(await rowsOf(`hive.${name}.b_base`)).toEqual(['[7]']);
    expect(await rowsOf(`hive.${name}.elsewhere`)).toHaveLength(4);
    await lakehouse.query(`DROP TABLE hive.${name}.projected`);
    await lakehouse.query(`DROP VIEW hive.${name}.b_base`);
    expect((await run()).counts).toMatchObject({ registered: 2, failed: 0, blocked: 2 });
    expect(await rowsOf(`hive.${name}.a_top`)).toEqual(['[3]']);
  });

  test('helper tables go after the load, and stay gone', async () => {
    const entries = [...lake.manifest.catalogs.values()].flat();
    expect(await cleanUp(entries, lake.ports())).toEqual([]);
    expect(await lakehouse.query(`SHOW SCHEMAS FROM hive LIKE 'a2o_staging_${name}%'`)).toEqual([]);
    expect((await run()).counts).toMatchObject({ registered: 0, failed: 0, blocked: 2 });
    expect(await rowsOf(`iceberg.${name}.turned_parts`)).toHaveLength(2);
  });
});

/** An Iceberg table as it was copied: files that no catalog knows. */
async function copiedIceberg(lakehouse: SharedLakehouse): Promise<string> {
  await lakehouse.query(`CREATE SCHEMA iceberg.${name}_made`);
  await lakehouse.query(
    `CREATE TABLE iceberg.${name}_made.lake WITH (location = 's3://${second}/lake') AS SELECT * FROM (VALUES 1, 2) AS t (id)`,
  );
  const [[metadata] = []] = await lakehouse.query(
    `SELECT file FROM iceberg.${name}_made."lake$metadata_log_entries" ORDER BY timestamp DESC LIMIT 1`,
  );
  await lakehouse.query(`CALL iceberg.system.unregister_table('${name}_made', 'lake')`);
  await lakehouse.query(`DROP SCHEMA iceberg.${name}_made`);
  return String(metadata);
}

describe('a registrar that is killed', () => {
  const killed = `${name}_killed`;
  const killedBucket = `register-${tag}-killed`;
  let lakehouse: SharedLakehouse;

  beforeAll(async () => {
    lakehouse = await sharedLakehouse();
  });
  afterAll(async () => {
    for (const { schema } of (await lakehouse.query(`SHOW SCHEMAS FROM hive LIKE 'a2o_staging_${killed}%'`)).map(
      ([schema]) => ({ schema: String(schema) }),
    ))
      await lakehouse.query(`DROP SCHEMA IF EXISTS hive."${schema}" CASCADE`);
    for (const catalog of ['hive', 'iceberg'])
      await lakehouse.query(`DROP SCHEMA IF EXISTS ${catalog}.${killed} CASCADE`);
    await lakehouse.removeBucket(killedBucket);
  });

  const planned = async (tables: readonly Given[], turned: string): Promise<PlannedLake> => {
    const at = (json: unknown): GlueJson =>
      JSON.parse(JSON.stringify(json).replaceAll(source, killedBucket).replaceAll(name, killed)) as GlueJson;
    const catalog = {
      databases: [database(killed)],
      tables: { [killed]: tables.map(({ table }) => at(table)) },
      partitions: Object.fromEntries(
        tables.map(({ table, partitions }) => [partitionsKey(killed, String(table['Name'])), partitions.map(at)]),
      ),
    };
    const rule = `\n  - { name: turned, when: { kind: table, table: '${turned}' }, to: { catalog: iceberg, convert: { format: iceberg } } }`;
    return await planLake(lakehouse, catalog, rule);
  };

  test('after one statement, then after two more, and so on: at the end everything is there once', async () => {
    const kept = given.filter(({ table }) => ['listed', 'turned_parts', 'elsewhere'].includes(String(table['Name'])));
    await putFiles(
      lakehouse,
      files
        .filter(({ key }) => /\/(listed|turned_parts|elsewhere|moved)\//.test(key))
        .map((each) => ({ ...each, key: each.key.replace(bucket, killedBucket) })),
    );
    await putFiles(lakehouse, [{ ...file('', 2), key: `${killedBucket}/two/f` }]);
    const inOne = kept.map(({ table, partitions }) => ({
      table,
      partitions: partitions.map(
        (each) =>
          JSON.parse(JSON.stringify(each).replace(`s3a://${second}/two%20x/`, `s3://${source}/two/`)) as GlueJson,
      ),
    }));
    const lake = await planned(inOne, 'turned_*');
    const trino = trinoClient(lakehouse.lakehouse.access('migration'));
    const died: string[] = [];
    let report: RegistrationReport | undefined;
    for (let statements = 1; report === undefined; statements += 1) {
      expect(statements).toBeLessThan(200);
      const dead = Promise.withResolvers<undefined>();
      const client = dyingClient(trino, statements, (sql) => {
        died.push(sql);
        // What was sent may go on in Trino meanwhile.
        dead.resolve(undefined);
      });
      const running = register(lake.manifest, lake.ports(client), { buckets: lake.buckets, entriesAtOnce: 1 });
      report = await Promise.race([running, dead.promise]);
    }
    expect(died.length).toBeGreaterThan(20);
    expect(report.counts).toMatchObject({ failed: 0, blocked: 0 });
    expect(await lakehouse.query(`SELECT count(*), sum(id) FROM hive.${killed}.listed`)).toEqual([[2, 3]]);
    expect(await lakehouse.query(`SELECT count(*), sum(id) FROM hive.${killed}.elsewhere`)).toEqual([[4, 10]]);
    expect(await lakehouse.query(`SELECT count(*), sum(id) FROM iceberg.${killed}.turned_parts`)).toEqual([[2, 3]]);
    console.log(`killed ${died.length} times, the last at ${died.at(-1) ?? ''}`);
    await lake.remove();
  });

  test('while Trino loads: the load is ended and done again, and no row is there twice', async () => {
    const rows = 3_000_000;
    await lakehouse.putObjects(killedBucket, new Map());
    await lakehouse.query(
      `CREATE TABLE hive.${killed}.made (id integer, text varchar) WITH (external_location = 's3://${killedBucket}/turned_big', format = 'PARQUET')`,
    );
    await lakehouse.query(
      `INSERT INTO hive.${killed}.made SELECT CAST(a * 3000 + b AS integer), to_hex(sha256(to_utf8(CAST(a * b AS varchar)))) FROM UNNEST(sequence(0, ${rows / 3000 - 1})) AS x (a) CROSS JOIN UNNEST(sequence(1, 3000)) AS y (b)`,
    );
    await lakehouse.query(`DROP TABLE hive.${killed}.made`);
    const columns = { id: 'int', text: 'string' };
    const big = {
      table: { Name: 'turned_big', ...glueTable('parquet', { columns })(place('turned_big')) },
      partitions: [],
    };
    const lake = await planned([big], 'turned_big');
    const trino = trinoClient(lakehouse.lakehouse.access('migration'));
    const sent = Promise.withResolvers<undefined>();
    const dying = {
      ...trino,
      query: async (...[sql, options]: Parameters<typeof trino.query>) => {
        if (!sql.startsWith('INSERT')) return await trino.query(sql, options);
        void trino.query(sql, options).catch(() => undefined);
        sent.resolve(undefined);
        return await new Promise<never>(() => undefined);
      },
    };
    void register(lake.manifest, lake.ports(dying), { buckets: lake.buckets });
    await sent.promise;
    await delay(700);
    const loads = `SELECT state FROM system.runtime.queries WHERE query LIKE 'INSERT INTO "iceberg"."${killed}"."turned_big"%'`;
    const before = (await lakehouse.query(loads)).map(([state]) => state);
    const report = await register(lake.manifest, lake.ports(), { buckets: lake.buckets });
    const after = (await lakehouse.query(loads)).map(([state]) => state);
    console.log(`loads before: ${before.join(', ')}; after: ${after.join(', ')}`);
    expect(report.outcomes.find(({ key }) => key.endsWith('turned_big'))).toMatchObject({
      state: 'registered',
      rowsLoaded: rows,
    });
    expect(await lakehouse.query(`SELECT count(*), count(DISTINCT id) FROM iceberg.${killed}.turned_big`)).toEqual([
      [rows, rows],
    ]);
    expect(after.filter((state) => state === 'FINISHED')).toHaveLength(1);
    await lake.remove();
  });
});
