import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { resolve } from '../../../mappings/index.js';
import type { MappingTemplate } from '../../../mappings/index.js';
import { makeManifest } from '../../../registration/index.js';
import { stringifyExactly } from '../../../clients/trino/index.js';
import type { ManifestEntry } from '../../../registration/index.js';
import { assessmentWith, table } from '../../support/assessment-builder.js';
import { startCluster } from '../../support/rendered-cluster.js';
import type { RenderedCluster } from '../../support/rendered-cluster.js';
import { sharedLakehouse } from '../../support/shared-lakehouse.js';
import type { SharedLakehouse } from '../../support/shared-lakehouse.js';
import { header, load } from '../../support/templates.js';

/** Everything that is made is in schemas and a bucket of this name. */
const place = `grants_${randomBytes(3).toString('hex')}`;
const bucket = place.replace('_', '-');

/** A table of every way in which one comes to be. A view or an alias shows what its `over` holds. */
const shapes = {
  external: { catalog: 'hive' },
  typed: { catalog: 'hive' },
  converted: { catalog: 'iceberg' },
  registered: { catalog: 'iceberg' },
  viewed: { catalog: 'hive', over: 'typed' },
  alias: { catalog: 'hive', over: 'external' },
} as const;
type Shape = keyof typeof shapes;
const names = Object.keys(shapes) as Shape[];
const columns = ['id', 'email', 'street', 'country'] as const;

/** Every value of a text column says which one it is, so that it is found wherever it shows. */
type Row = Readonly<Record<string, string | number>>;
const rowsOf = (shape: Shape): Row[] =>
  [1, 2].map((id) => {
    const text = (column: string): string => `${shape}_${column}_${id}`;
    return { id, email: text('email'), street: text('street'), country: text('country') };
  });
const token = /(?:external|typed|converted|registered)_(?:email|street|country)_\d/g;

/** What a grant is about (`T` is the table that is tried), and what it says. */
interface GrantKind {
  readonly on: 'table' | 'pattern' | 'schema' | 'all';
  readonly says: 'read' | 'refuse' | 'hide' | 'mask' | 'rows';
}
const wide = ['schema', 'all'] as const;
const narrow = (['hide', 'mask', 'rows', 'refuse'] as const).map((says): GrantKind => ({ on: 'table', says }));
/** Grants that one user has, in their order. */
const kinds: readonly (readonly GrantKind[])[] = [
  [],
  ...(['table', 'pattern', ...wide] as const).map((on): GrantKind[] => [{ on, says: 'read' }]),
  ...narrow.slice(0, 3).map((grant) => [grant]),
  ...wide.flatMap((on) =>
    narrow.flatMap((grant) => {
      const rest: GrantKind = { on, says: 'read' };
      return [
        [grant, rest],
        [rest, grant],
      ];
    }),
  ),
];
interface Combination {
  readonly user: string;
  readonly by: 'user' | 'group';
  readonly shape: Shape;
  readonly grants: readonly GrantKind[];
}
const principals = ['user', 'group'] as const;
const everyCombination: readonly Combination[] = names.flatMap((shape) =>
  kinds.flatMap((grants, kind) => principals.map((by) => ({ user: `u_${shape}_${kind}_${by}`, by, shape, grants }))),
);
/** Each grant makes every query slower, so the contract is every fifth, which meets each shape and each kind of grant. */
const combinations =
  process.env['A2O_MATRIX'] === 'full' ? everyCombination : everyCombination.filter((_, at) => at % 5 === 0);

/** The values of the country that a row filter leaves: of a view, those of what it shows. */
const countryOf = (shape: Shape): string => `${baseOf(shape)}_country_1`;
const baseOf = (shape: Shape): Shape => {
  const { over } = shapes[shape] as { over?: Shape };
  return over ?? shape;
};

function grantText({ user, by, shape }: Combination, { on, says }: GrantKind, index: number): string {
  const { catalog } = shapes[shape];
  const about = {
    all: '{}',
    schema: `{ catalog: ${catalog}, schema: ${place} }`,
    table: `{ catalog: ${catalog}, schema: ${place}, table: ${shape} }`,
    pattern: `{ catalog: ${catalog}, schema: '${place.slice(0, -1)}?', table: '${shape.slice(0, 4)}*' }`,
  }[on];
  const narrowing = {
    read: '',
    refuse: '',
    hide: 'columns: { hide: [street, country] }',
    mask: `columns: { mask: { email: "'x'", country: "'x'" } }`,
    rows: `rows: "country = '${countryOf(shape)}'"`,
  }[says];
  return [
    `  - name: ${user} ${index}`,
    `    to: { ${by}: ${by === 'user' ? user : `g_${user}`} }`,
    `    on: ${about}`,
    `    privileges: [${says === 'refuse' ? '' : 'SELECT'}]`,
    ...(narrowing === '' ? [] : [`    ${narrowing}`]),
  ].join('\n');
}

/** Which of a user's grants, as a list of YAML. */
const grantsAt = (place: number): string =>
  combinations
    .flatMap((one) => one.grants.flatMap((grant, index) => (index === place ? [grantText(one, grant, index)] : [])))
    .join('\n');
/** A child's grants come before its parent's. In one file, a wide grant before a narrow one is refused as a mistake. */
const parent = `${header}extends: default
target:
  objectStore: { endpoint: https://rgw.example, preserveBucketNames: true }
  access:
    groups:
${combinations
  .filter(({ by }) => by === 'group')
  .map(({ user }) => `      g_${user}: [${user}]`)
  .join('\n')}
rules:
  - { name: lake, when: { table: '{converted,registered}' }, to: { catalog: iceberg, convert: { format: iceberg } } }
  - { name: rest, when: { kind: table }, to: { catalog: hive } }
grants:
${grantsAt(1)}
`;
const template = loaded(`${header}extends: parent.yaml\ngrants:\n${grantsAt(0)}\n`, parent);

/** What the grants say of a table: nothing, or rows as `SELECT *` shows them. */
function shown({ shape: about, grants }: Combination, asked: Shape): readonly Row[] | 'refused' {
  const { catalog } = shapes[asked];
  const grant = grants.find(({ on }) => {
    if (on === 'all') return true;
    if (on === 'schema') return catalog === shapes[about].catalog;
    return asked === about;
  });
  if (grant === undefined || grant.says === 'refuse') return 'refused';
  const base = baseOf(asked);
  const below = base === asked ? rowsOf(asked) : shown({ shape: about, grants } as Combination, base);
  // A view of all columns cannot be read by a user who may not see one of them.
  if (below === 'refused' || (base !== asked && below.some((row) => Object.keys(row).length < columns.length)))
    return 'refused';
  const mask = (row: Row): Row => ({ ...row, email: 'x', country: 'x' });
  const hide = ({ id = 0, email = '' }: Row): Row => ({ id, email });
  switch (grant.says) {
    case 'read':
      return below;
    case 'hide':
      return below.map(hide);
    case 'mask':
      return below.map(mask);
    case 'rows':
      return below.filter(({ country }) => country === countryOf(about));
  }
}

let shared: SharedLakehouse;
let trino: RenderedCluster;
let entries: readonly ManifestEntry[] = [];
let helpers: readonly string[];
let stop = (): Promise<void> => Promise.resolve();

beforeAll(async () => {
  shared = await sharedLakehouse();
  const admin = async (sql: string): Promise<unknown> => shared.query(sql);
  const files = join(shared.folder, 'machine/etc/aws2openstack/trino-coordinator/etc/catalog');
  const store = await shared.lakehouse.startObjectStore();
  await store.createBuckets([bucket]);
  trino = await startCluster(
    {
      version: '476',
      workers: 0,
      concurrentQueries: 20,
      catalogs: {
        hive: { type: 'hive', metastoreUris: ['thrift://catalog-1:9083'] },
        iceberg: { type: 'iceberg', access: { uri: 'http://catalog-1', secrets: {} }, warehouse: 'iceberg' } as never,
      },
      access: { ...template.target.access, grants: template.grants },
      usersSecret: 'lake-users',
    },
    {
      users: combinations.map(({ user }) => user),
      lake: {
        catalogFiles: Object.fromEntries(
          readdirSync(files).map((file) => [`etc/catalog/${file}`, readFileSync(join(files, file), 'utf8')]),
        ),
        env: {
          AWS_ACCESS_KEY_ID: store.accessKey,
          AWS_SECRET_ACCESS_KEY: store.secretKey,
          // The local catalog gives everybody a token.
          POLARIS_ROOT_SECRET: 'any',
        },
      },
    },
  );
  stop = () => trino.stop();

  const data = mkdtempSync(join(tmpdir(), 'a2o-grants-'));
  const put = (path: string, lines: readonly string[]): void => {
    mkdirSync(dirname(join(data, path)), { recursive: true });
    writeFileSync(join(data, path), `${lines.join('\n')}\n`);
  };
  const csv = (shape: Shape): string[] => rowsOf(shape).map((row) => Object.values(row).join(','));
  put('typed/a.csv', csv('typed'));
  put('converted/a.csv', csv('converted'));
  for (const { country, ...row } of rowsOf('external')) {
    put(`external/country=${String(country)}/a.json`, [JSON.stringify(row)]);
  }
  await store.upload(data, bucket);
  rmSync(data, { recursive: true });
  // An Iceberg table as it was copied: files that no catalog knows.
  await admin(`CREATE SCHEMA iceberg.${place}`);
  const values = rowsOf('registered').map(
    (row) =>
      `(${String(row['id'])}, '${String(row['email'])}', '${String(row['street'])}', '${String(row['country'])}')`,
  );
  await admin(
    `CREATE TABLE iceberg.${place}.registered WITH (location = 's3://${bucket}/registered', partitioning = ARRAY['country']) AS SELECT * FROM (VALUES ${values.join(', ')}) AS t (id, email, street, country)`,
  );
  const [[metadata]] = (await admin(
    `SELECT file FROM iceberg.${place}."registered$metadata_log_entries" ORDER BY timestamp DESC LIMIT 1`,
  )) as [[string]];
  await admin(`CALL iceberg.system.unregister_table('${place}', 'registered')`);

  const location = (shape: string): string => `s3://${bucket}/${shape}`;
  const all = columns.map((name) => ({ name, type: name === 'id' ? 'int' : 'string' }));
  const partitions = {
    count: 2,
    byFormat: {},
    otherBuckets: [],
    outsideTableLocation: 0,
    irregularFolders: 0,
    differing: 0,
  };
  const plan = resolve(
    assessmentWith([
      table(`${place}.external`, {
        format: 'JSON',
        location: location('external'),
        columns: all.slice(0, 3),
        partitionKeys: all.slice(3),
        partitions,
      }),
      table(`${place}.typed`, { format: 'CSV', location: location('typed'), columns: all }),
      table(`${place}.converted`, { format: 'CSV', location: location('converted'), columns: all }),
      table(`${place}.registered`, {
        format: 'ICEBERG',
        location: location('registered'),
        columns: all,
        iceberg: { metadataLocation: metadata },
      }),
      table(`${place}.viewed`, {
        format: 'VIEW',
        location: null,
        serde: null,
        columns: all,
        view: { dialect: 'presto', sql: `SELECT * FROM typed`, catalog: 'awsdatacatalog', schema: place },
      }),
      table(`${place}.alias`, {
        format: 'RESOURCE_LINK',
        location: null,
        serde: null,
        columns: [],
        link: {
          targetCatalog: null,
          targetDatabase: place,
          targetTable: 'external',
          state: 'resolved',
          resolvedTo: `${place}.external`,
        },
      }),
    ]),
    template,
  );
  expect(plan.blocked).toEqual([]);
  helpers = plan.tables
    .flatMap((each) => each.helpers)
    .map(({ catalog, schema, table: name }) => `${catalog}."${schema}"."${name}"`);
  entries = [...makeManifest(plan).catalogs.values()].flat();
  for (const phase of ['schema', 'table', 'view'])
    for (const entry of entries.filter((each) => each.phase === phase))
      for (const sql of [...entry.statements, ...entry.load])
        expect(await trino.query('admin', sql)).not.toEqual(expect.stringContaining(' '));
}, 1_200_000);

afterAll(async () => {
  for (const { cleanup } of entries) for (const sql of cleanup) await shared.query(sql);
  for (const catalog of ['hive', 'iceberg']) await shared.query(`DROP SCHEMA IF EXISTS ${catalog}.${place} CASCADE`);
  await stop();
}, 120_000);

const metadataTables = {
  hive: ['partitions', 'properties'],
  iceberg: [
    'properties',
    'history',
    'metadata_log_entries',
    'snapshots',
    'manifests',
    'all_manifests',
    'partitions',
    'files',
    'entries',
    'all_entries',
    'refs',
  ],
} as const;

/** Values that a user is shown although no grant says so, and differences from what the grants say. */
async function tryOut(one: Combination): Promise<string[]> {
  const { user, shape } = one;
  const problems: string[] = [];
  const ask = (sql: string): ReturnType<RenderedCluster['query']> => trino.query(user, sql);
  const allowed = new Set(names.flatMap((name) => JSON.stringify(shown(one, name)).match(token) ?? []));
  const inspect = (sql: string, answer: unknown): void => {
    if (typeof answer === 'string') return;
    const refused = (stringifyExactly(answer).match(token) ?? []).filter((value) => !allowed.has(value));
    if (refused.length > 0) problems.push(`${user}: ${sql} shows ${[...new Set(refused)].join(', ')}`);
  };
  const nameOf = (name: Shape): string => `${shapes[name].catalog}.${place}.${name}`;
  for (const name of names) {
    const sql = `SELECT * FROM ${nameOf(name)} ORDER BY 1`;
    const answer = await ask(sql);
    const wanted = shown(one, name);
    const isSame =
      wanted === 'refused'
        ? typeof answer === 'string'
        : stringifyExactly(answer) === stringifyExactly(wanted.map((row) => Object.values(row)));
    if (!isSame) problems.push(`${user}: ${name} shows ${stringifyExactly(answer)}, not ${JSON.stringify(wanted)}`);
    inspect(sql, answer);
  }
  for (const name of helpers) {
    const answer = await ask(`SELECT * FROM ${name}`);
    if (typeof answer !== 'string') problems.push(`${user} reads the helper ${name}`);
  }
  const { catalog } = shapes[shape];
  const others = [
    ...metadataTables[catalog].map((kind) => `SELECT * FROM ${catalog}.${place}."${shape}$${kind}"`),
    `SELECT "$path" FROM ${nameOf(shape)}`,
    `SELECT "$partition" FROM ${nameOf(shape)}`,
    `SELECT street, country FROM ${nameOf(shape)}`,
    `SHOW STATS FOR ${nameOf(shape)}`,
    `SHOW CREATE TABLE ${nameOf(shape)}`,
  ];
  for (const sql of others) inspect(sql, await ask(sql));
  // Whatever is listed is tried, under whatever name. Schema by schema, because Trino judges every table that it lists.
  for (const listing of ['hive', 'iceberg']) {
    const schemas = await ask(`SELECT schema_name FROM ${listing}.information_schema.schemata`);
    if (typeof schemas === 'string') continue;
    for (const [schema] of schemas.filter(([name]) => String(name).includes(place))) {
      const of = (kind: string): string =>
        `FROM ${listing}.information_schema.${kind} WHERE table_schema = '${String(schema)}'`;
      const listed = await ask(`SELECT table_name ${of('tables')}`);
      if (typeof listed === 'string') continue;
      for (const [name] of listed) {
        const isKnown = schema === place && names.some((each) => each === name);
        if (!isKnown) problems.push(`${user} is listed ${String(schema)}.${String(name)}`);
      }
      const ofColumns = `SELECT * ${of('columns')}`;
      inspect(ofColumns, await ask(ofColumns));
    }
  }
  return problems;
}

test('every user is shown what the grants say of every shape of table, and nothing else under any name', async () => {
  const waiting = [...combinations];
  const problems: string[] = [];
  const work = async (): Promise<void> => {
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) problems.push(...(await tryOut(one)));
  };
  await Promise.all([work(), work(), work(), work()]);
  console.log(`${combinations.length} combinations of shape, grants and principal were tried`);
  expect(problems).toEqual([]);
}, 1_800_000);

test('the cleanup drops what was staged, and can be repeated', async () => {
  for (let run = 0; run < 2; run += 1) {
    for (const { cleanup } of entries) for (const sql of cleanup) expect(await trino.query('admin', sql)).toEqual([]);
  }
  const left = await trino.query(
    'admin',
    `SELECT schema_name FROM hive.information_schema.schemata WHERE schema_name LIKE 'a2o_staging_${place}%'`,
  );
  expect(left).toEqual([]);
  expect(await trino.query('admin', `SELECT count(*) FROM iceberg.${place}.converted`)).toEqual([[2]]);
}, 120_000);

function loaded(text: string, parent: string): MappingTemplate {
  const result = load(text, { files: { 'parent.yaml': parent } });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
