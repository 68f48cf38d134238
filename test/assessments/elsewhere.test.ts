import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileNames } from '../../assessments/index.js';
import type { Assessment } from '../../assessments/index.js';
import { findTemplateOnDisk } from '../../mappings/find-template.js';
import { loadTemplate } from '../../mappings/language/index.js';
import type { Plan } from '../../mappings/plan.js';
import { resolve } from '../../mappings/resolve/resolve.js';
import { compileGlobs } from '../../core/glob.js';
import { assess, codesOf, valueOf, withStub } from '../support/assess-run.js';
import { accountId, database, manyTables, parquetDescriptor, parquetTable } from '../support/glue-catalogs.js';
import type { GlueJson, StubCatalog } from '../support/glue-stub.js';
import { templateWith } from '../support/templates.js';

async function assessed(catalog: StubCatalog, more: { readonly catalogId?: string } = {}): Promise<Assessment> {
  return withStub(catalog, async (stub, folder) => valueOf(await assess(stub, folder, more)));
}

function planned(assessment: Assessment): Plan {
  return resolve(assessment, valueOf(loadTemplate('default', { find: findTemplateOnDisk })));
}

function reasonFor(plan: Plan, key: string): string | undefined {
  return plan.blocked.find((item) => item.key === key)?.reason;
}

describe('links that leave the catalog', () => {
  const link = (target: GlueJson): GlueJson => ({
    Name: 'orders',
    TargetTable: { DatabaseName: 'h1', Name: 'orders', ...target },
  });
  const catalog = (target: GlueJson): StubCatalog => ({
    databases: [
      database('h1'),
      database('links'),
      // Of the same name as its target elsewhere.
      database('sales', { TargetDatabase: { DatabaseName: 'sales', CatalogId: accountId, Region: 'us-west-2' } }),
      database('through', { TargetDatabase: { DatabaseName: 'sales' } }),
    ],
    tables: { h1: [parquetTable('h1', 'orders')], links: [link(target)] },
  });

  test.each<[GlueJson, string, string]>([
    [{ CatalogId: accountId, Region: 'us-west-2' }, 'other-region', '--region us-west-2'],
    [{ Region: 'us-west-2' }, 'other-region', '--region us-west-2'],
    [{ CatalogId: '999999999999' }, 'cross-account', '--profile PROFILE --region REGION'],
    [{ CatalogId: '999999999999', Region: 'us-west-2' }, 'cross-account', '--profile PROFILE --region us-west-2'],
    [{ CatalogId: '999999999999:s3tablescatalog/x' }, 'cross-account', '--profile PROFILE'],
    [
      { CatalogId: `${accountId}:s3tablescatalog/lake` },
      'other-catalog',
      `--catalog-id ${accountId}:s3tablescatalog/lake`,
    ],
    [{ CatalogId: 's3tablescatalog/lake' }, 'other-catalog', '--catalog-id s3tablescatalog/lake'],
    [
      { CatalogId: `arn:aws:glue:eu-central-1:${accountId}:catalog/red` },
      'other-catalog',
      'another catalog of this account',
    ],
    [{ CatalogId: accountId, Region: 'eu-central-1' }, 'resolved', ''],
    [{ CatalogId: `arn:aws:glue:eu-central-1:${accountId}:catalog` }, 'resolved', ''],
  ])('%j is %s', async (target, state, says) => {
    const assessment = await assessed(catalog(target));
    const found = assessment.tables.find(({ database: name }) => name === 'links');
    expect(found?.link?.state).toBe(state);
    const finding = assessment.findings.find(({ asset }) => asset === 'links.orders');
    if (state === 'resolved') return;
    expect(`${finding?.code} ${finding?.message} ${finding?.fix}`).toMatch(new RegExp(`^resource-link-${state} `));
    expect(`${finding?.message} ${finding?.fix}`).toContain(says);
    expect(found?.traits).toEqual([`link-${state}`]);
    expect(reasonFor(planned(assessment), 'table:links.orders')).toMatch(/^its resource link leads to .* in another /);
  });

  test('a database link is never resolved to the database of the same name here, nor is one that leads through it', async () => {
    const { databases } = await assessed(catalog({}));
    expect(databases.flatMap(({ name, link: own }) => (own === null ? [] : [[name, own.state]]))).toEqual([
      ['sales', 'other-region'],
      ['through', 'other-region'],
    ]);
  });
});

describe('other catalogs of the account', () => {
  const catalogs = [
    {
      Name: 'lake',
      CatalogId: `${accountId}:s3tablescatalog/lake`,
      FederatedCatalog: {
        ConnectionName: 'aws:s3tables',
        Identifier: 'arn:aws:s3tables:eu-central-1:123456789012:bucket/lake',
      },
    },
    {
      Name: 'wh',
      ResourceArn: `arn:aws:glue:eu-central-1:${accountId}:catalog/wh`,
      TargetRedshiftCatalog: { CatalogArn: 'arn:aws:redshift:x' },
    },
    { Name: 'snow', CatalogId: `${accountId}:snow`, FederatedCatalog: { ConnectionType: 'SNOWFLAKE' } },
    { Name: 'plain', CatalogId: `${accountId}:plain` },
    { Name: accountId, CatalogId: accountId },
  ];

  test('each is a finding with the command that assesses it, however many pages they take', async () => {
    const many = Array.from({ length: 250 }, (_, index) => ({
      Name: `c${index}`,
      CatalogId: `${accountId}:c${index}`,
    }));
    const { findings, summary } = await assessed({ ...manyTables(1, 1, 0), catalogs: [...catalogs, ...many] });
    expect(findings.length).toBe(254);
    expect(
      findings
        .filter(({ message }) => !/catalog c\d+ /.test(message))
        .map(({ code, message, fix }) => [code, message, fix]),
    ).toEqual(
      [
        ['plain', 'managed by Glue'],
        ['s3tablescatalog/lake', 'S3 Tables'],
        ['snow', 'SNOWFLAKE'],
        ['wh', 'Redshift'],
      ].map(([path, kind]) => [
        'catalog-not-assessed',
        `The catalog ${path} (${kind}) of this account is not part of this assessment.`,
        `Assess it, too: aws2openstack assess glue-catalog --catalog-id ${accountId}:${path} --region eu-central-1 --output-dir DIR.`,
      ]),
    );
    expect(summary.complete).toBe(true);
  });

  test.each([
    [{ status: 400, type: 'AccessDeniedException', message: 'no' }, 'warning'],
    [{ status: 400, type: 'UnknownOperationException', message: 'no' }, 'info'],
    [{ status: 501, type: 'NotImplemented', message: 'no' }, 'info'],
  ])('that they could not be listed is a finding, not a failure: %j', async (error, severity) => {
    await withStub(manyTables(1, 1, 0), async (stub, folder) => {
      stub.intercept = ({ action }) => (action === 'GetCatalogs' ? error : undefined);
      const assessment = valueOf(await assess(stub, folder));
      expect(assessment.findings).toMatchObject([
        { code: 'catalogs-not-listed', severity, asset: '', fix: expect.stringContaining('glue:GetCatalogs') },
      ]);
    });
  });

  test('--catalog-id is sent with every call and is in the report; links within it are resolved', async () => {
    const catalogId = `${accountId}:s3tablescatalog/lake`;
    const catalog: StubCatalog = {
      databases: [
        database('ns', { CatalogId: catalogId }),
        database('l', { CatalogId: catalogId, TargetDatabase: { CatalogId: catalogId, DatabaseName: 'ns' } }),
      ],
      tables: { ns: [parquetTable('ns', 't')] },
    };
    await withStub(catalog, async (stub, folder) => {
      const assessment = valueOf(await assess(stub, folder, { catalogId }));
      expect(assessment.source).toEqual({ service: 'glue', region: 'eu-central-1', accountId, catalogId });
      expect(assessment.databases[0]?.link?.state).toBe('resolved');
      expect(stub.calls.map(({ action, input }) => [action, input['CatalogId'] ?? input['ParentCatalogId']])).toEqual([
        ['GetDatabases', catalogId],
        ['GetTables', catalogId],
        ['GetCatalogs', catalogId],
      ]);
    });
  });
});

describe('what lives in another system', () => {
  const redshift = {
    Identifier: 'arn:aws:redshift:eu-central-1:123456789012:datashare:x/sales',
    ConnectionName: 'aws:redshift',
  };

  test('a federated database is a finding, and neither it nor its tables are mapped', async () => {
    const assessment = await assessed({
      databases: [database('shared_sales', { FederatedDatabase: redshift })],
      tables: {
        shared_sales: [
          parquetTable('shared_sales', 'one'),
          parquetTable('shared_sales', 'two', { FederatedTable: { ConnectionName: 'aws:redshift', Identifier: 'x' } }),
        ],
      },
    });
    expect(assessment.findings).toMatchObject([
      {
        code: 'federated-database',
        asset: 'shared_sales',
        message: expect.stringContaining('is in Redshift (arn:aws:redshift:'),
      },
    ]);
    for (const { readiness, traits } of assessment.tables) {
      expect(readiness).toBe('UNKNOWN');
      expect(traits).toContain('federated');
    }
    const plan = planned(assessment);
    expect(plan.totals.database).toMatchObject({ mapped: 0, blocked: 1 });
    for (const key of ['database:shared_sales', 'table:shared_sales.one', 'table:shared_sales.two'])
      expect(reasonFor(plan, key)).toMatch(
        /^it lives in Redshift .*unload it to S3 first, or connect Trino to Redshift$/,
      );
  });

  test('a table in a bucket of S3 Tables is blocked with what to do, whatever a rule says', async () => {
    const bucket = '63a8e430-6e0b-46f5-k833abtwr6s8tmtsycedn8s4yc3xhuse1b--table-s3';
    const assessment = await assessed({
      databases: [database('h1')],
      tables: {
        h1: [
          {
            Name: 'daily_sales',
            TableType: 'customer',
            Parameters: {
              table_type: 'ICEBERG',
              metadata_location: `s3://${bucket}/metadata/00001-ffff.metadata.json`,
            },
            StorageDescriptor: { Columns: [{ Name: 'id', Type: 'bigint' }], Location: `s3://${bucket}` },
          },
        ],
      },
    });
    expect(assessment.tables[0]).toMatchObject({ readiness: 'UNKNOWN', traits: ['s3-tables'] });
    expect(reasonFor(planned(assessment), 'table:h1.daily_sales')).toMatch(
      /a bucket of S3 Tables, which cannot be listed/,
    );
  });
});

describe('access points in place of buckets', () => {
  const at = async (location: string, rules = ''): Promise<{ assessment: Assessment; plan: Plan }> => {
    const table = parquetTable('d', 't', { StorageDescriptor: parquetDescriptor(location) });
    const assessment = await assessed({ databases: [database('d')], tables: { d: [table] } });
    const plan = rules === '' ? planned(assessment) : resolve(assessment, templateWith(rules));
    return { assessment, plan };
  };

  test.each([
    ['s3://my-ap-abcdefghijklmnopqrstuvwx12345-s3alias/t/', 'the alias of an S3 access point'],
    ['s3a://my-olap-abcdefghijklmnopqrstuvwx12345--ol-s3/t', 'the alias of an S3 Object Lambda access point'],
    ['s3://logs--euc1-az1--x-s3/t/', 'the name of an S3 directory bucket'],
    ['s3://logs--euc1-az1--xa-s3/t/', 'the name of an access point of an S3 directory bucket'],
    ['s3://mfzwi23gnjvgw.mrap/t/', 'the alias of a Multi-Region Access Point'],
    ['s3://arn:aws:s3:eu-central-1:123456789012:accesspoint/my-ap/t/', 'the ARN of an S3 access point'],
    ['s3://arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap/t/', 'the ARN of a Multi-Region Access Point'],
    [
      's3://arn:aws:s3-outposts:eu-central-1:123456789012:outpost/op-1/accesspoint/ap/t/',
      'the ARN of an access point of S3 on Outposts',
    ],
  ])('%s', async (location, what) => {
    const { assessment, plan } = await at(location);
    expect(assessment.tables[0]).toMatchObject({ readiness: 'UNKNOWN', traits: ['access-point-location'] });
    expect(assessment.tables[0]?.notes.join('\n')).toContain(what);
    expect(reasonFor(plan, 'table:d.t')).toContain(what);
    expect(plan.totals.bucket).toMatchObject({ mapped: 0, blocked: 1 });
    expect(plan.blocked.find(({ kind }) => kind === 'bucket')?.reason).toContain('to.bucket');
  });

  test('two access points are two assets', async () => {
    const arn = 'arn:aws:s3:eu-central-1:123456789012:accesspoint';
    const { plan } = await at(`s3://${arn}/one/t/`);
    expect(plan.blocked.map(({ key }) => key)).toContain(`bucket:${arn}/one`);
  });

  test('a rule that names the bucket behind it maps it', async () => {
    const rules = `
  - name: the access point
    when: { kind: bucket, bucket: "*-s3alias" }
    to: { bucket: sales }
  - name: databases
    when: { kind: database }
    to: { catalog: hive }
  - name: tables
    when: { kind: table }
    to: { catalog: hive }
`;
    const { plan } = await at('s3://my-ap-abcdefghijklmnopqrstuvwx12345-s3alias/t/', rules);
    expect(plan.tables).toMatchObject([{ location: 's3://sales/t/' }]);
  });

  test('a bucket whose name only looks alike is a bucket', async () => {
    expect((await at('s3://acme-s3alias-logs/t/')).plan.totals.table).toMatchObject({ mapped: 1 });
  });
});

describe('Iceberg tables', () => {
  const iceberg = async (more: GlueJson): Promise<Assessment> =>
    assessed({ databases: [database('h1')], tables: { h1: [{ Name: 't', TableType: 'EXTERNAL_TABLE', ...more }] } });
  const metadata = 's3://example-lake/5203acb7/by_trino/metadata/00000-aaaa.metadata.json';

  const withProperties = (properties: GlueJson): Promise<Assessment> =>
    iceberg({
      Parameters: { table_type: 'ICEBERG', metadata_location: metadata },
      IcebergTableMetadata: { FormatVersion: '3', Properties: properties },
    });

  test('a bucket among the properties of its metadata is one of its buckets', async () => {
    const { buckets } = planned(await withProperties({ 'write.data.path': 's3://other-bucket/x/' }));
    expect(buckets.map(({ sourceBucket }) => sourceBucket)).toContain('other-bucket');
  });

  test('encryption among the properties of its metadata blocks it', async () => {
    const assessment = await withProperties({ 'encryption.key-id': 'k' });
    expect(assessment.tables[0]?.readiness).toBe('UNKNOWN');
    expect(reasonFor(planned(assessment), 'table:h1.t')).toContain('encrypted with the key k');
  });

  test('a property that is not known and format version 3 are remarks', async () => {
    const assessment = await withProperties({ 'new.prop': 'x' });
    const remarks = planned(assessment).tables.flatMap((table) => table.remarks.map(({ text }) => text));
    expect(remarks.join('\n')).toContain('not known here are left out: new.prop');
    expect(remarks.join('\n')).toContain('reads format version 3 without');
  });

  test.each<[string, GlueJson, string]>([
    ['without a storage descriptor', {}, 's3://example-lake/5203acb7/by_trino'],
    ['with an empty one', { StorageDescriptor: { Columns: [] } }, 's3://example-lake/5203acb7/by_trino'],
    [
      'whose location is the metadata file',
      { StorageDescriptor: { Location: metadata } },
      's3://example-lake/5203acb7/by_trino',
    ],
  ])('%s lie above their metadata and are registered', async (_what, more, location) => {
    const assessment = await iceberg({ Parameters: { table_type: 'ICEBERG', metadata_location: metadata }, ...more });
    expect(assessment.tables[0]).toMatchObject({ location, readiness: 'READY' });
    expect(planned(assessment).totals.table).toMatchObject({ mapped: 1 });
  });

  test('at the top of a bucket are blocked: no catalog server registers them', async () => {
    const Parameters = { table_type: 'ICEBERG', metadata_location: 's3://lake/metadata/1.metadata.json' };
    const assessment = await iceberg({ Parameters });
    expect(assessment.tables[0]).toMatchObject({ location: 's3://lake/', readiness: 'UNKNOWN' });
    expect(planned(assessment).totals.table).toMatchObject({ blocked: 1 });
  });

  test('files in further locations make their buckets part of the Plan, and dropped columns are left out', async () => {
    const assessment = await iceberg({
      Parameters: { table_type: 'ICEBERG', metadata_location: metadata },
      StorageDescriptor: {
        Location: 's3://example-lake/5203acb7/by_trino',
        AdditionalLocations: ['s3://fast-data/t/', 's3://example-lake/5203acb7/by_trino'],
        Columns: [
          { Name: 'id', Type: 'bigint', Parameters: { 'iceberg.field.current': 'true' } },
          { Name: 'gone', Type: 'string', Parameters: { 'iceberg.field.current': 'false' } },
        ],
      },
    });
    expect(assessment.tables[0]).toMatchObject({
      additionalLocations: ['s3://fast-data/t/'],
      columns: [{ name: 'id' }],
    });
    expect(planned(assessment).buckets.map(({ sourceBucket }) => sourceBucket)).toEqual(['example-lake', 'fast-data']);
  });

  test.each(['4', '5'])('of format version %s are blocked with the reason', async (version) => {
    const assessment = await iceberg({
      Parameters: { table_type: 'ICEBERG', metadata_location: metadata },
      IcebergTableMetadata: { FormatVersion: version },
    });
    expect(assessment.tables[0]).toMatchObject({ readiness: 'UNKNOWN', iceberg: { formatVersion: Number(version) } });
    expect(reasonFor(planned(assessment), 'table:h1.t')).toContain(`format version ${version}`);
  });
});

describe('views of the Data Catalog', () => {
  const representations = [
    { Dialect: 'REDSHIFT', ViewOriginalText: 'SELECT 1::int' },
    { Dialect: 'SPARK', ViewOriginalText: 'SELECT `id` FROM t' },
    { Dialect: 'ATHENA', ViewOriginalText: 'SELECT "id" FROM t' },
  ];
  const viewOf = async (definition: GlueJson): Promise<Assessment['tables'][number] | undefined> =>
    (
      await assessed({
        databases: [database('d')],
        tables: { d: [{ Name: 'v', TableType: 'VIRTUAL_VIEW', IsMultiDialectView: true, ViewDefinition: definition }] },
      })
    ).tables[0];

  test('Athena’s statement is taken, wherever it stands', async () => {
    expect(await viewOf({ Representations: representations })).toMatchObject({
      traits: ['presto-view'],
      view: { dialect: 'presto', sql: 'SELECT "id" FROM t' },
    });
  });

  test('without one, the note says which there are', async () => {
    const view = await viewOf({ Representations: representations.slice(0, 1) });
    expect(view?.notes).toContain('The view has no definition in the dialect ATHENA, only in REDSHIFT.');
  });

  test('whose rights it reads with, and what it reads, is a note', async () => {
    const view = await viewOf({
      Representations: representations,
      IsProtected: true,
      Definer: 'arn:aws:iam::123456789012:role/definer',
      SubObjects: ['arn:aws:glue:eu-central-1:123456789012:table/d/t'],
    });
    expect(view?.notes.join('\n')).toMatch(
      /definer security: in AWS it reads arn:.*table\/d\/t with the rights of arn:.*role\/definer/,
    );
  });
});

describe('a filter', () => {
  const filtered = (text: string): { databases: { text: string; selects: (name: string) => boolean } } => ({
    databases: { text, selects: compileGlobs(text.split(',')) },
  });

  test('is in the report and on its page, which call themselves partial', async () => {
    await withStub(manyTables(3, 2, 0), async (stub, folder) => {
      const { filter, summary } = valueOf(await assess(stub, folder, filtered('db_001')));
      expect(filter).toEqual({ databases: 'db_001', databasesLeftOut: 2 });
      expect(summary).toMatchObject({ databases: 1, complete: false });
      expect(readFileSync(join(folder, fileNames.markdown), 'utf8')).toContain(
        '**Part of the catalog:** only databases that match db\\_001 were assessed; 2 were left out',
      );
    });
  });

  test('that leaves nothing out is complete; a name in it that matches nothing is a finding', async () => {
    await withStub(manyTables(2, 1, 0), async (stub, folder) => {
      expect(valueOf(await assess(stub, folder, filtered('db_*'))).summary.complete).toBe(true);
      const { findings } = valueOf(await assess(stub, folder, filtered('db_000,bd_001')));
      expect(findings).toMatchObject([
        { code: 'filter-matches-nothing', message: expect.stringContaining("'bd_001'") },
      ]);
    });
  });

  test('that matches nothing fails, names what there is, overwrites nothing, and is asked anew the next time', async () => {
    const catalog = manyTables(2, 1, 0);
    const databases = [...catalog.databases];
    await withStub({ ...catalog, databases }, async (stub, folder) => {
      writeFileSync(join(folder, fileNames.report), 'the last report');
      const failed = await assess(stub, folder, filtered('sales'));
      expect(codesOf(failed)).toEqual(['no-database-matches']);
      expect(failed).toMatchObject({ error: [{ message: expect.stringContaining('the catalog has db_000, db_001') }] });
      expect(readFileSync(join(folder, fileNames.report), 'utf8')).toBe('the last report');
      expect(existsSync(join(folder, fileNames.checkpoint))).toBe(false);
    });
  });
});
