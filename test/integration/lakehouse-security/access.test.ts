import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hostname } from 'node:os';
import { renderDashboard } from '../../../constructs/metrics/render-dashboard.js';
import type { MappingTemplate } from '../../../mappings/index.js';
import { renderAccessRules } from '../../../constructs/trino/render-access.js';
import { header, load } from '../../support/templates.js';
import { startCluster } from '../../support/rendered-cluster.js';
import type { RenderedCluster } from '../../support/rendered-cluster.js';
import { freePort } from '../../support/postgres-server.js';
import { startProvider, testSignIn } from './sign-in.js';
import type { SignInProvider } from './sign-in.js';

const template = loaded(`${header}extends: default
target: { access: { admins: [anna@acme.example], groups: { analysts: [anna, metrics], engineers: [ben] } } }
grants:
  - name: analysts do not see raw data
    to: { group: analysts }
    on: { schema: 'raw*' }
    privileges: []
  - name: analysts read customers of their country
    to: { group: analysts }
    on: { schema: crm, table: customers }
    privileges: [SELECT]
    columns: { hide: [Street], mask: { email: "concat('x', substr(email, -3))" } }
    rows: country = 'DE'
  - name: analysts read the rest
    to: { group: analysts }
    privileges: [SELECT]
  - name: nobody changes what was measured
    to: { group: engineers }
    on: { schema: lab_one, table: measured }
    privileges: [SELECT]
  - name: engineers own the laboratory
    to: { group: engineers }
    on: { schema: 'lab_{one,two}' }
    privileges: [SELECT, INSERT, UPDATE, DELETE, OWNERSHIP]
`);
const catalogs = { hive: { type: 'hive', metastoreUris: ['thrift://catalog-1:9083'] } } as const;

let trino: RenderedCluster;
let stop = (): Promise<void> => Promise.resolve();
const as = (user: string, sql: string): ReturnType<RenderedCluster['query']> => trino.query(user, sql);
const refused = expect.stringMatching(/Access Denied|not allowed/) as unknown;

describe.each(['476', '483'])('Trino %s', (version) => {
  let provider: SignInProvider;
  beforeAll(async () => {
    const port = await freePort();
    provider = await startProvider(port);
    const { issuer, clientId, clientSecret } = provider;
    trino = await startCluster(
      {
        version,
        workers: 0,
        catalogs,
        access: { ...template.target.access, grants: template.grants },
        usersSecret: 'lake-users',
        oauth2: { issuer, clientId, clientSecret: 'lake-oauth2', userField: 'email' },
      },
      { users: ['anna', 'ben', 'zoe'], oauth2: { clientSecret, port } },
    );
    stop = () => trino.stop();
    for (const schema of ['crm', 'raw_web', 'lab_one'])
      expect(await as('admin', `CREATE SCHEMA hive.${schema}`)).toEqual([]);
    for (const table of ['crm.customers', 'crm.orders', 'raw_web.hits']) {
      const rows = `VALUES (1, 'a@b.de', 'Weg 1', 'DE'), (2, 'c@d.fr', 'Rue 2', 'FR')`;
      const types = 'id integer, email varchar, street varchar, country varchar';
      expect(await as('admin', `CREATE TABLE hive.${table} (${types})`)).toEqual([]);
      const sql = `INSERT INTO hive.${table} ${rows}`;
      expect(await as('admin', sql)).toEqual([[2]]);
    }
  }, 600_000);

  afterAll(async () => {
    await stop();
    await provider.stop();
  }, 60_000);

  describe('who signs in', () => {
    test('nobody without a password, and nobody as somebody else', async () => {
      expect(await trino.get(undefined, '/v1/query')).toMatchObject({ status: 401 });
      expect(await trino.query('mallory', 'SELECT 1')).toMatch(/HTTP 401/);
      for (const user of ['anna', 'admin'])
        expect(await trino.query(user, 'SELECT 1', { sessionUser: 'ben' })).toContain('cannot impersonate user ben');
    });

    test('people see the machine’s certificate, nodes one that they made of their secret', async () => {
      expect(await trino.certificateFor('coordinator')).toMatchObject({ subject: `CN=${hostname()}` });
      expect(await trino.certificateFor('127-0-0-1.ip')).toMatchObject({ subject: 'CN=lake' });
      expect(await as('admin', 'SELECT http_uri FROM system.runtime.nodes')).toEqual([
        [expect.stringMatching(/^https:/)],
      ]);
    });
  });

  describe('people who sign in at a real OpenID Connect provider', () => {
    testSignIn(() => trino);
  });

  describe('what a user without any grant may do', () => {
    test('ask for what is built in, and nothing of the lake', async () => {
      expect(await as('zoe', 'SELECT 1')).toEqual([[1]]);
      expect(await as('zoe', 'SELECT current_timezone()')).toEqual([['UTC']]);
      expect(await as('zoe', 'SHOW CATALOGS')).toEqual([['system']]);
      expect(await as('zoe', 'SELECT * FROM hive.crm.orders')).toEqual(refused);
      expect(await as('zoe', 'SELECT count(*) FROM hive.information_schema.tables')).toEqual(refused);
      expect(await as('zoe', 'SELECT table_cat FROM system.jdbc.catalogs')).toEqual([['system']]);
    });

    test.each([
      'SELECT * FROM system.runtime.queries',
      "SET SESSION query_max_run_time = '1h'",
      'SET SESSION hive.insert_existing_partitions_behavior = ' + `'APPEND'`,
      "CALL system.runtime.kill_query('20260101_000000_00000_aaaaa', 'x')",
      'CALL hive.system.flush_metadata_cache()',
    ])('not: %s', async (sql) => {
      expect(await as('zoe', sql)).toEqual(refused);
      expect(await as('anna', sql)).toEqual(refused);
    });
  });

  describe('what grants allow', () => {
    test('an analyst sees the rows, columns and values that are meant for her', async () => {
      expect(await as('anna', 'SELECT * FROM hive.crm.customers')).toEqual([[1, 'x.de', 'DE']]);
      expect(await as('anna', 'SELECT street FROM hive.crm.customers')).toEqual(refused);
      expect(await as('admin', 'SELECT count(*) FROM hive.crm."customers$properties"')).toEqual([[1]]);
      expect(await as('anna', 'SELECT * FROM hive.crm."customers$properties"')).toEqual(refused);
      expect(await as('anna', 'SELECT count(*) FROM hive.crm.orders')).toEqual([[2]]);
      expect(await as('anna', 'SELECT count(*) FROM hive.raw_web.hits')).toEqual(refused);
      // The schema's name shows, because a later grant is about it too; its tables do not.
      expect(await as('anna', 'SHOW TABLES FROM hive.raw_web')).toEqual([]);
    });

    test.each([
      'DELETE FROM hive.crm.orders',
      'CREATE TABLE hive.crm.mine (a int)',
      'DROP TABLE hive.crm.orders',
      'CREATE SCHEMA hive.mine',
    ])('an analyst may not: %s', async (sql) => {
      expect(await as('anna', sql)).toEqual(refused);
    });

    test('an engineer owns the schemas of the laboratory and no other', async () => {
      expect(await as('ben', 'CREATE SCHEMA hive.lab_two')).toEqual([]);
      expect(await as('ben', 'CREATE TABLE hive.lab_two.t AS SELECT 1 AS a')).toEqual([[1]]);
      expect(await as('ben', 'INSERT INTO hive.lab_two.t VALUES 2')).toEqual([[1]]);
      expect(await as('ben', 'DROP TABLE hive.lab_two.t')).toEqual([]);
      expect(await as('ben', 'CREATE SCHEMA hive.lab_three')).toEqual(refused);
      expect(await as('ben', 'SELECT * FROM hive.crm.orders')).toEqual(refused);
    });

    test('who is refused a table of a schema cannot drop it with the schema', async () => {
      expect(await as('admin', 'CREATE TABLE hive.lab_one.measured (a int)')).toEqual([]);
      expect(await as('ben', 'SELECT count(*) FROM hive.lab_one.measured')).toEqual([[0]]);
      expect(await as('ben', 'DROP SCHEMA hive.lab_one CASCADE')).toEqual(refused);
      expect(await as('admin', 'DROP TABLE hive.lab_one.measured')).toEqual([]);
    });

    test('the user who collects figures reads nothing, whichever group it is in', async () => {
      expect(await as('anna', 'SELECT count(*) FROM hive.crm.orders')).toEqual([[2]]);
      expect(await as('metrics', 'SELECT count(*) FROM hive.crm.orders')).toEqual(refused);
    });

    test('a view shows what its owner may see', async () => {
      expect(await as('admin', 'CREATE VIEW hive.lab_one.hits AS SELECT count(*) AS n FROM hive.raw_web.hits')).toEqual(
        [],
      );
      expect(await as('ben', 'SELECT * FROM hive.lab_one.hits')).toEqual([[2]]);
    });
  });

  test('people wait in a queue of their own, machines in another', async () => {
    await trino.query('admin', 'SELECT 2', { source: 'aws2openstack' });
    const sql = `SELECT DISTINCT "user", resource_group_id FROM system.runtime.queries WHERE query IN ('SELECT 1', 'SELECT 2') AND state = 'FINISHED'`;
    expect(await as('admin', sql)).toEqual(
      expect.arrayContaining([
        ['admin', ['machines']],
        ['zoe', ['people', 'zoe']],
      ]),
    );
  });

  test('whoever asks learns whether the coordinator takes queries, which is what a gateway asks', async () => {
    expect(await trino.get(undefined, '/v1/info/state')).toEqual({ status: 200, body: '"ACTIVE"' });
    expect(await trino.get(undefined, '/v1/info')).toMatchObject({
      status: 200,
      body: expect.stringContaining('"starting":false'),
    });
  });

  test('figures about the cluster are for administrators and for what collects them, which sees nothing else', async () => {
    expect(await trino.get('admin', '/metrics')).toMatchObject({ status: 200 });
    expect(await trino.get('anna', '/metrics')).toMatchObject({ status: 403 });
    const { status, body } = await trino.get('metrics', '/metrics');
    const { panels } = JSON.parse(renderDashboard('lake')) as { panels: { targets: { expr: string }[] }[] };
    const wanted = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => expr.match(/\btrino_\w+/g) ?? []));
    expect(wanted.length).toBeGreaterThan(5);
    const known = new Set(body.split('\n').map((line) => line.split(/[ {]/)[0]));
    expect(wanted.filter((name) => !known.has(name))).toEqual([]);
    expect(status).toBe(200);
    expect(await as('metrics', 'SELECT * FROM hive.crm.orders')).toEqual(refused);
  });

  test('other rules count without a restart', async () => {
    const [, ...grants] = template.grants;
    trino.changeRules(renderAccessRules({ ...template.target.access, grants }, Object.keys(catalogs)));
    const deadline = Date.now() + 20_000;
    const count = (): Promise<unknown> => as('anna', 'SELECT count(*) FROM hive.raw_web.hits');
    while (typeof (await count()) === 'string' && Date.now() < deadline);
    expect(await count()).toEqual([[2]]);
  });
});

function loaded(text: string): MappingTemplate {
  const result = load(text);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
