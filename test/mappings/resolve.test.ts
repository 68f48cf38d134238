import { describe, expect, test } from '@jest/globals';
import type { AssessedTable } from '../../assessments/index.js';
import { resolve } from '../../mappings/index.js';
import type { Plan } from '../../mappings/index.js';
import { makeManifest } from '../../registration/index.js';
import { assessmentWith, database, table } from '../support/assessment-builder.js';
import { templateWith } from '../support/templates.js';

type LinkState = NonNullable<AssessedTable['link']>['state'];

const byDefault = templateWith('  []');

function planOf(tables: readonly AssessedTable[], rules = '  []', more = ''): Plan {
  return resolve(assessmentWith(tables), templateWith(rules, more));
}

function reasonFor(plan: Plan, key: string): string | undefined {
  return [...plan.blocked, ...plan.skipped].find((item) => item.key === key)?.reason;
}

describe('by default', () => {
  test('Iceberg stays Iceberg, Parquet becomes a Hive external table, buckets keep their names', () => {
    const plan = planOf([table('sales.orders'), table('sales.customers', { format: 'ICEBERG' })]);
    expect(
      plan.tables.map(({ key, catalog, schema, table: name, method, location }) => [
        key,
        catalog,
        schema,
        name,
        method,
        location,
      ]),
    ).toEqual([
      ['table:sales.customers', 'iceberg', 'sales', 'customers', 'register', 's3://lake/sales/customers/'],
      ['table:sales.orders', 'hive', 'sales', 'orders', 'external', 's3://lake/sales/orders/'],
    ]);
    expect(plan.buckets).toEqual([
      expect.objectContaining({ sourceBucket: 'lake', targetBucket: 'lake', versioning: 'keep' }),
    ]);
    expect(plan.databases).toEqual([expect.objectContaining({ key: 'database:sales', schema: 'sales' })]);
  });

  test.each<[string, Partial<AssessedTable>, string]>([
    ['Delta', { format: 'DELTA' }, 'convert it at the source first'],
    ['Hudi', { format: 'HUDI' }, 'convert it at the source first'],
    ['an unknown format', { format: 'UNKNOWN' }, 'its format was not recognised'],
    ['no location', { location: null }, 'it has no location'],
    ['a location on HDFS', { location: 'hdfs://nn/warehouse/t' }, 'is not on S3'],
    ['no columns', { columns: [] }, 'lists no columns'],
    ['a type Trino lacks', { columns: [{ name: 'u', type: 'uniontype<int,string>' }] }, "its column 'u'"],
    ['a bad partition key type', { partitionKeys: [{ name: 'p', type: 'interval_day_time' }] }, "its column 'p'"],
    [
      'columns equal but for case',
      {
        columns: [
          { name: 'id', type: 'int' },
          { name: 'ID', type: 'int' },
        ],
      },
      'the same name once case is ignored',
    ],
    [
      'unreadable partitions',
      {
        partitions: {
          count: null,
          byFormat: {},
          otherBuckets: [],
          outsideTableLocation: 0,
          irregularFolders: 0,
          differing: 0,
        },
      },
      'grant glue:GetPartitions',
    ],
    [
      'partition keys equal but for case',
      {
        partitionKeys: [
          { name: 'p', type: 'int' },
          { name: 'P', type: 'int' },
        ],
      },
      'the same name once case is ignored',
    ],
    [
      'a nested partition key',
      { partitionKeys: [{ name: 'p', type: 'array<int>' }] },
      'which a partition key cannot have',
    ],
    [
      'metadata outside the location',
      { format: 'ICEBERG', iceberg: { metadataLocation: 's3://lake/elsewhere/metadata/1.metadata.json' } },
      'is not in the folder metadata of its location',
    ],
    [
      'a view that is not a query',
      { format: 'VIEW', view: { dialect: 'presto', sql: 'SELECT 1; DROP TABLE x', catalog: null, schema: null } },
      'more than one statement',
    ],
    ['a Grok SerDe', { format: 'TEXT', traits: ['grok-serde'] }, 'which Trino does not'],
    [
      'Iceberg without metadata',
      { format: 'ICEBERG', iceberg: { metadataLocation: null } },
      'has no metadata_location',
    ],
    [
      'a Hive view',
      {
        format: 'VIEW',
        traits: ['hive-view'],
        view: { dialect: 'hive', sql: 'select 1', catalog: null, schema: null },
      },
      'in another dialect',
    ],
    [
      'a Presto view that cannot be decoded',
      { format: 'VIEW', view: { dialect: 'presto', sql: null, catalog: null, schema: null } },
      'cannot be decoded',
    ],
  ])('%s is blocked, with the reason and the rule', (_what, overrides, reason) => {
    const plan = planOf([table('logs.raw', overrides)]);
    expect(plan.blocked).toEqual([
      expect.objectContaining({
        key: 'table:logs.raw',
        reason: expect.stringContaining(reason),
        rule: expect.objectContaining({ template: 'default' }),
      }),
    ]);
  });

  test('names that Hive refuses are turned into identifiers, and the Plan says so', () => {
    const plan = planOf([table('web-logs.access.2024-01')]);
    expect(plan.tables).toEqual([
      expect.objectContaining({
        schema: 'web_logs',
        table: 'access_2024_01',
        remarks: [{ text: 'renamed from web-logs.access.2024-01', source: 'the mapping', fix: null }],
      }),
    ]);
  });

  test('a database whose tables could not be listed is blocked, never dropped', () => {
    const plan = resolve(assessmentWith([], [database('secret', { tableCount: null })]), byDefault);
    expect(reasonFor(plan, 'database:secret')).toContain('grant glue:GetTables');
  });

  test('Athena views are carried over and hold no data', () => {
    const plan = planOf([
      table('sales.v', {
        format: 'VIEW',
        view: { dialect: 'presto', sql: 'SELECT 1 AS one', catalog: 'awsdatacatalog', schema: 'sales' },
      }),
    ]);
    expect(plan.tables).toEqual([expect.objectContaining({ method: 'view', location: null })]);
    expect(plan.buckets).toEqual([]);
  });
});

test('a bucket whose name S3 clients refuse is blocked, and what is projected into it', () => {
  const plan = planOf([table('s.t', { projection: { 'storage.location.template': 's3://Bad_Bucket/${dt}' } })]);
  expect(reasonFor(plan, 'bucket:Bad_Bucket')).toContain('is not an S3 bucket name');
  expect(reasonFor(plan, 'table:s.t')).toBe('it has data in the bucket Bad_Bucket, which is not mapped');
});

test('names that the migration keeps for itself are refused', () => {
  const plan = planOf([table('a2o_staging_x.t'), table('s.t__a2o_raw')]);
  expect(plan.blocked.map(({ key, reason }) => [key, reason])).toEqual([
    ['database:a2o_staging_x', "the name a2o_staging_x is reserved for the migration's own tables"],
    ['table:a2o_staging_x.t', "the name a2o_staging_x is reserved for the migration's own tables"],
    ['table:s.t__a2o_raw', "the name s.t__a2o_raw is reserved for the migration's own tables"],
  ]);
});

test('no two tables share a key, whatever dots their names hold', () => {
  const plan = planOf([table('d.t'), { ...table('d.t'), database: 'd.a' }, { ...table('d.t'), name: 'a.t' }]);
  expect(plan.tables.map(({ key }) => key)).toEqual(['table:d."a.t"', 'table:d.t', 'table:"d.a".t']);
});

describe('resource links', () => {
  const link = (state: LinkState, to: string): Partial<AssessedTable> => {
    const [targetDatabase = '', targetTable = ''] = to.split('.');
    return {
      format: 'RESOURCE_LINK',
      traits: state === 'resolved' ? [] : ['link-missing'],
      link: { targetCatalog: null, targetDatabase, targetTable, state, resolvedTo: state === 'resolved' ? to : null },
    };
  };

  test('a link becomes an alias of the table that is mapped', () => {
    const plan = planOf([table('sales.orders'), table('team.orders', link('resolved', 'sales.orders'))]);
    expect(plan.tables.map(({ key, method }) => [key, method])).toEqual([
      ['table:sales.orders', 'external'],
      ['table:team.orders', 'alias'],
    ]);
  });

  test('a link to a table that stays behind is blocked', () => {
    const plan = planOf(
      [table('sales.orders'), table('team.orders', link('resolved', 'sales.orders'))],
      '  - name: out\n    when: { kind: table, database: sales }\n    skip: not needed\n',
    );
    expect(reasonFor(plan, 'table:team.orders')).toBe('it reads sales.orders, which is not mapped');
  });

  test.each<[LinkState, string]>([
    ['missing', 'its resource link leads to Gone.x, which does not exist; delete the link in Glue'],
    ['cycle', 'its resource link leads to Gone.x and from there back to itself; delete one of the links of the cycle'],
    ['cross-account', 'in another account, 210987654321; assess that account'],
    ['other-region', 'in another Region, unknown; assess that Region'],
    ['other-catalog', 'in another catalog, 210987654321; assess that catalog'],
    ['unreadable', 'whose database was not read; grant glue:GetTables'],
  ])('a link that leads nowhere (%s) is blocked, with its own reason', (state, reason) => {
    const found = link(state, 'Gone.x');
    const targetCatalog = '210987654321';
    const tables = [table('team.x', { ...found, ...(found.link && { link: { ...found.link, targetCatalog } }) })];
    expect(reasonFor(planOf(tables), 'table:team.x')).toContain(reason);
  });
});

describe('views', () => {
  const view = (name: string, sql: string): AssessedTable =>
    table(name, {
      format: 'VIEW',
      view: { dialect: 'presto', sql, catalog: 'awsdatacatalog', schema: name.split('.')[0] ?? '' },
    });

  test('what a view reads must be mapped, through other views too', () => {
    const plan = planOf([
      table('sales.orders'),
      table('sales.delta', { format: 'DELTA' }),
      view('sales.good', 'SELECT o.* FROM Orders JOIN AwsDataCatalog.sales.orders o ON true'),
      view('sales.on_good', 'SELECT * FROM sales.good'),
      view('sales.bad', 'SELECT * FROM delta'),
      view('sales.on_bad', 'SELECT bad.* FROM bad, orders'),
      view('sales.elsewhere', 'SELECT * FROM mysql.shop.orders'),
      view('sales.a', 'SELECT * FROM b'),
      view('sales.b', 'SELECT * FROM a'),
    ]);
    expect(plan.tables.filter(({ method }) => method === 'view').map(({ key }) => key)).toEqual([
      'table:sales.good',
      'table:sales.on_good',
    ]);
    expect(reasonFor(plan, 'table:sales.bad')).toBe('it reads sales.delta, which is not mapped');
    expect(reasonFor(plan, 'table:sales.on_bad')).toBe('it reads sales.bad, which cannot be created either');
    expect(reasonFor(plan, 'table:sales.elsewhere')).toBe(
      "it reads mysql.shop.orders from the data source 'mysql', which is not Glue's catalog",
    );
    expect(reasonFor(plan, 'table:sales.a')).toBe('it reads sales.b, which cannot be created either');
  });

  test('a view reads through a link to a database', () => {
    const link = {
      targetCatalog: null,
      targetDatabase: 'Sales',
      targetTable: null,
      state: 'resolved' as const,
      resolvedTo: 'Sales',
    };
    const tables = [
      table('Sales.orders'),
      view('team.v', 'SELECT shop.orders.id FROM shop.orders JOIN sales.orders o ON true'),
    ];
    const plan = resolve(assessmentWith(tables, [database('Shop', { link })]), byDefault);
    expect(plan.blocked).toEqual([]);
    const entries = [...makeManifest(plan).catalogs.values()].flat();
    expect(entries.find(({ phase }) => phase === 'view')?.statements.join()).toContain(
      'SELECT "hive"."sales"."orders".id FROM "hive"."sales"."orders" JOIN "hive"."sales"."orders" o ON true',
    );
  });
});

describe('rules', () => {
  test('the first rule that matches decides', () => {
    const plan = planOf(
      [table('scratch_a.t'), table('sales.t')],
      '  - name: scratch stays behind\n    when: { kind: table, database: "SCRATCH_*" }\n    skip: rebuilt, not migrated\n',
    );
    expect(plan.skipped).toEqual([
      expect.objectContaining({
        key: 'table:scratch_a.t',
        reason: 'rebuilt, not migrated',
        rule: expect.objectContaining({ name: 'scratch stays behind', file: 'acme.yaml', line: 6 }),
      }),
    ]);
    expect(plan.tables.map(({ key }) => key)).toEqual(['table:sales.t']);
  });

  test('big Parquet becomes Iceberg, unless its size is unknown', () => {
    const size = (gb: number): Partial<AssessedTable> => ({
      size: { value: gb * 1e9, source: 'table-parameters', confidence: 'high' },
    });
    const plan = planOf(
      [table('s.big', size(100)), table('s.small', size(99.9)), table('s.unknown')],
      '  - name: big\n    when: { kind: table, sizeGb: { gte: 100 } }\n    to: { catalog: iceberg, schema: "t_${database}", convert: { format: iceberg } }\n',
    );
    expect(plan.tables.map(({ key, method, schema }) => [key, method, schema])).toEqual([
      ['table:s.big', 'convert', 't_s'],
      ['table:s.small', 'external', 's'],
      ['table:s.unknown', 'external', 's'],
    ]);
  });

  test('files cannot go to an Iceberg catalog without conversion', () => {
    const plan = planOf([table('s.t')], '  - name: all\n    when: { kind: table }\n    to: { catalog: iceberg }\n');
    expect(reasonFor(plan, 'table:s.t')).toContain('convert: { format: iceberg }');
  });

  test('a table that is a whole bucket is blocked where Hive Metastore 4 would refuse it', () => {
    const lake = assessmentWith([
      table('logs.whole', { location: 's3://lake/' }),
      table('logs.folder', { location: 's3://lake/a' }),
    ]);
    const reasonFor = (version: string): string | undefined => {
      const rules = '  - { name: none, when: { kind: table, table: none }, skip: none }\n';
      const plan = resolve(lake, templateWith(rules, `target: { versions: { hiveMetastore: ${version} } }\n`));
      expect(plan.tables.map(({ key }) => key)).toContain('table:logs.folder');
      return plan.blocked.find(({ key }) => key === 'table:logs.whole')?.reason;
    };
    expect(reasonFor('3.1.3')).toBeUndefined();
    expect(reasonFor('4.0.1')).toBe(
      'its location is the root of a bucket, s3://lake/, which Hive Metastore 4.0.1 refuses; move its files into a folder, or set target.versions.hiveMetastore: 3.1.3',
    );
  });

  test('a table whose bucket stays behind is blocked', () => {
    const plan = planOf([table('s.t')], '  - name: no buckets\n    when: { kind: bucket }\n    skip: elsewhere\n');
    expect(reasonFor(plan, 'table:s.t')).toBe('it has data in the bucket lake, which is not mapped');
  });

  test('so is a table with partitions in a bucket that stays behind', () => {
    const plan = planOf(
      [
        table('s.t', {
          partitions: {
            count: 2,
            byFormat: {},
            otherBuckets: ['archive'],
            outsideTableLocation: 1,
            irregularFolders: 1,
            differing: 0,
          },
        }),
      ],
      '  - name: no archive\n    when: { kind: bucket, bucket: archive }\n    skip: elsewhere\n',
    );
    expect(reasonFor(plan, 'table:s.t')).toContain('bucket archive');
    expect(plan.totals.partition).toEqual({ assessed: 2, mapped: 0, skipped: 0, blocked: 2 });
  });

  test('renaming a bucket is refused while names are preserved, and asks for rewritten Iceberg paths when not', () => {
    const rename = '  - name: rename\n    when: { kind: bucket }\n    to: { bucket: "acme-${bucket}" }\n';
    const iceberg = table('s.i', { format: 'ICEBERG' });
    expect(reasonFor(planOf([iceberg], rename), 'bucket:lake')).toContain('preserveBucketNames is true');
    const plan = planOf([iceberg, table('s.p')], rename, 'target: { objectStore: { preserveBucketNames: false } }\n');
    expect(plan.tables.map(({ method, location }) => [method, location])).toEqual([
      ['register-rewritten', 's3://acme-lake/s/i/'],
      ['external', 's3://acme-lake/s/p/'],
    ]);
  });

  test('versioning is refused where the object store has none, and kept where nobody asks for it', () => {
    const versioned = '  - name: keep versions\n    when: { kind: bucket }\n    to: { versioning: "on" }\n';
    const without = 'target: { objectStore: { capabilities: { versioning: false } } }\n';
    expect(reasonFor(planOf([table('s.t')], versioned, without), 'bucket:lake')).toContain('does not support');
    expect(planOf([table('s.t')], versioned).buckets).toMatchObject([{ versioning: 'on' }]);
    expect(planOf([table('s.t')], versioned.replace('"on"', 'keep'), without).buckets).toMatchObject([
      { versioning: 'keep' },
    ]);
  });

  test('tables that would become one are all blocked', () => {
    const plan = planOf([table('s.Orders'), table('s.orders'), table('s.other')]);
    expect(plan.blocked.map(({ key, reason }) => [key, reason])).toEqual([
      ['table:s.Orders', 'it would become the same table hive.s.orders as table:s.orders'],
      ['table:s.orders', 'it would become the same table hive.s.orders as table:s.Orders'],
    ]);
    expect(plan.tables.map(({ key }) => key)).toEqual(['table:s.other']);
  });

  test('tags of the database count for its tables', () => {
    const assessment = assessmentWith([table('hr.people')], [database('hr', { tags: { pii: 'yes' }, tableCount: 1 })]);
    const plan = resolve(
      assessment,
      templateWith(
        '  - name: personal data\n    when: { kind: table, tags: { pii: "y*" } }\n    block: ask the data owner\n',
      ),
    );
    expect(reasonFor(plan, 'table:hr.people')).toBe('ask the data owner');
  });
});

describe('the Plan adds up', () => {
  test('mapped + skipped + blocked = assessed, for every kind', () => {
    const formats = ['PARQUET', 'ICEBERG', 'DELTA', 'UNKNOWN', 'CSV'] as const;
    const tables = Array.from({ length: 200 }, (_, index) =>
      table(`db${index % 7}.t${index}`, {
        format: formats[index % formats.length] ?? 'CSV',
        location: index % 11 === 0 ? null : `s3://bucket${index % 5}/t${index}`,
        partitions: {
          count: index % 13,
          byFormat: {},
          otherBuckets: [],
          outsideTableLocation: 0,
          irregularFolders: 0,
          differing: 0,
        },
      }),
    );
    const {
      totals,
      buckets,
      databases,
      tables: mapped,
      skipped,
      blocked,
    } = planOf(tables, '  - name: some\n    when: { kind: table, table: "t1*" }\n    skip: because\n');
    for (const counts of Object.values(totals))
      expect(counts.mapped + counts.skipped + counts.blocked).toBe(counts.assessed);
    expect(totals.table).toMatchObject({ assessed: 200, mapped: mapped.length });
    expect(totals.bucket.assessed).toBe(6); // five, and the one that Iceberg metadata lies in
    const keys = [...buckets, ...databases, ...mapped, ...skipped, ...blocked].map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toHaveLength(6 + 7 + 200);
    expect(totals.partition.assessed).toBe(tables.reduce((sum, { partitions }) => sum + (partitions.count ?? 0), 0));
  });
});
