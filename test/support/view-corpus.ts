import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { resolve } from '../../mappings/index.js';
import type { Plan } from '../../mappings/index.js';
import { makeManifest } from '../../registration/index.js';
import { assess, valueOf, withStub } from './assess-run.js';
import { database, parquetDescriptor, parquetTable } from './glue-catalogs.js';
import type { GlueJson } from './glue-stub.js';
import { templateWith } from './templates.js';

interface CorpusFile {
  readonly tables: Readonly<Record<string, CorpusTable>>;
  /** SQL by `database.view`; with a part of the reason where the view is blocked. */
  readonly views: Readonly<Record<string, string | { readonly sql: string; readonly blocked: string }>>;
}

interface CorpusTable {
  readonly iceberg?: true;
  readonly columns: Readonly<Record<string, string>>;
  readonly keys?: Readonly<Record<string, string>>;
}

export interface CorpusView {
  readonly key: string;
  /** `undefined` for a view that is mapped. */
  readonly blocked: string | undefined;
}

export interface ViewCorpus {
  readonly views: readonly CorpusView[];
  readonly plan: Plan;
  readonly manifest: ReturnType<typeof makeManifest>;
}

/** A bucket of the demo, so that its lakehouse has it. */
const bucket = 'aws2openstack-test-data-20261121-a1b2';

/** The views of `athena-views.yaml`, assessed over Glue's protocol and resolved: schemas get a prefix, one table another name. */
export async function viewCorpus(prefix: string): Promise<ViewCorpus> {
  const { tables, views } = parse(readFileSync(new URL('athena-views.yaml', import.meta.url), 'utf8')) as CorpusFile;
  const entries: (readonly [string, GlueJson])[] = [
    ...Object.entries(tables).map(([key, table]) => [key, tableOf(key, table)] as const),
    ...Object.entries(views).map(
      ([key, view]) => [key, viewOf(key, typeof view === 'string' ? view : view.sql)] as const,
    ),
  ];
  const byDatabase = Map.groupBy(entries, ([key]) => key.split('.')[0] ?? '');
  const catalog = {
    databases: [...byDatabase.keys()].map((name) => database(name)),
    tables: Object.fromEntries([...byDatabase].map(([name, each]) => [name, each.map(([, table]) => table)])),
  };
  const assessment = await withStub(catalog, async (stub, folder) => valueOf(await assess(stub, folder)));
  const rules = [
    `  - { name: schemas, when: { kind: database }, to: { catalog: hive, schema: '${prefix}\${database}' } }`,
    '  - { name: clients, when: { kind: table, table: clients }, to: { table: customers_at_target } }',
    `  - { name: orders, when: { kind: table, table: orders }, to: { catalog: iceberg } }`,
  ];
  const plan = resolve(assessment, templateWith(rules.join('\n')));
  return {
    views: Object.entries(views).map(([name, view]) => ({
      key: `table:${name}`,
      blocked: typeof view === 'string' ? undefined : view.blocked,
    })),
    plan,
    manifest: makeManifest(plan),
  };
}

function tableOf(key: string, { iceberg, columns, keys = {} }: CorpusTable): GlueJson {
  const [schema = '', name = ''] = key.split('.');
  const location = `s3://${bucket}/views/${schema}/${name}`;
  return parquetTable(schema, name, {
    StorageDescriptor: parquetDescriptor(location, glueColumns(columns)),
    PartitionKeys: glueColumns(keys),
    ...(iceberg === true && {
      Parameters: { table_type: 'ICEBERG', metadata_location: `${location}/metadata/1.metadata.json` },
    }),
  });
}

function glueColumns(columns: Readonly<Record<string, string>>): readonly GlueJson[] {
  return Object.entries(columns).map(([Name, Type]) => ({ Name, Type }));
}

/** A view as Athena stores it. */
export function viewOf(key: string, sql: string, more: GlueJson = {}): GlueJson {
  const [schema = '', name = ''] = key.split('.');
  const document = { originalSql: sql, catalog: 'awsdatacatalog', schema };
  return {
    Name: name,
    DatabaseName: schema,
    TableType: 'VIRTUAL_VIEW',
    Parameters: { presto_view: 'true', comment: 'Presto View' },
    ViewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(document)).toString('base64')} */`,
    ViewExpandedText: '/* Presto View */',
    StorageDescriptor: { Columns: [], SerdeInfo: {} },
    ...more,
  };
}
