import { expect, test } from '@jest/globals';
import { renderAccessRules, renderWorkerAccessRules, renderGroups } from '../../../constructs/trino/render-access.js';
import type { TrinoAccessControl } from '../../../constructs/trino/render-access.js';

type Grant = TrinoAccessControl['grants'][number];

const catalogs = ['hive', 'iceberg'];
const everything = { catalogs, schemas: ['*'], tables: ['*'] };
function grant(changes: Partial<Grant>): Grant {
  return {
    to: { users: [], groups: ['analysts'] },
    on: everything,
    privileges: ['SELECT'],
    hide: [],
    mask: {},
    rows: null,
    ...changes,
  };
}
function allRulesOf(
  grants: readonly Grant[],
  admins: readonly string[] = [],
): Record<string, Record<string, unknown>[]> {
  const text = renderAccessRules({ admins, groups: {}, grants }, catalogs);
  return JSON.parse(text) as Record<string, Record<string, unknown>[]>;
}
/** Without those of the users of machines, and of helper tables. */
function rulesOf(...given: Parameters<typeof allRulesOf>): ReturnType<typeof allRulesOf> {
  const rules = Object.entries(allRulesOf(...given));
  return Object.fromEntries(
    rules.map(([name, section]) => [
      name,
      section.filter((rule) => !['metrics', 'migration'].includes(String(rule['user'])) && !isAboutHelpers(rule)),
    ]),
  );
}

function isAboutHelpers(rule: Record<string, unknown>): boolean {
  return /a2o_staging_|__a2o_raw/.test(JSON.stringify(rule));
}

test('no grant opens the catalog for conversion in place', () => {
  const owner = grant({ to: { users: ['*'], groups: [] }, privileges: ['SELECT', 'OWNERSHIP'] });
  const text = renderAccessRules({ admins: [], groups: {}, grants: [owner] }, [...catalogs, 'a2o_in_place']);
  const rules = Object.values(JSON.parse(text) as Record<string, Record<string, unknown>[]>).flat();
  const reach = rules.filter(({ catalog }) => String(catalog).includes('a2o_in_place'));
  expect(new Set(reach.map(({ user }) => user))).toEqual(new Set(['migration']));
  expect(reach.flatMap(({ catalog, procedure }) => (catalog === 'a2o_in_place' ? [procedure] : []))).toEqual([
    'migrate|unregister_table',
  ]);
});

test('no grant opens a helper table, in whichever catalog: only administrators and workers come before', () => {
  const owner = grant({ to: { users: ['*'], groups: [] }, privileges: ['SELECT', 'OWNERSHIP'] });
  const { schemas = [], tables = [] } = allRulesOf([owner]);
  expect(schemas.slice(0, 5).map(({ user, schema, owner: owns }) => user ?? [schema, owns])).toEqual([
    'admin',
    'metrics',
    'migration',
    'migration',
    ['(?s)a2o_staging_.*', false],
  ]);
  expect(tables.slice(4, 6)).toEqual([
    { schema: '(?s)a2o_staging_.*', privileges: [] },
    { table: '(?s)(?:(?s)[^\\$]*__a2o_raw)(?:\\$.*)?', privileges: [] },
  ]);
});

test('every section is written, and without grants only administrators have something', () => {
  const rules = rulesOf([], ['anna.b']);
  expect(Object.keys(rules)).toEqual([
    'authorization',
    'catalog_session_properties',
    'catalogs',
    'functions',
    'impersonation',
    'procedures',
    'queries',
    'schemas',
    'system_information',
    'system_session_properties',
    'tables',
  ]);
  expect(rules['catalogs']).toEqual([
    { user: 'admin|anna\\.b', allow: 'all' },
    { catalog: 'system', allow: 'read-only' },
    { allow: 'none' },
  ]);
  expect(rules['tables']).toEqual([
    expect.objectContaining({ user: 'admin|anna\\.b' }),
    { catalog: 'system', schema: 'jdbc', privileges: ['SELECT'] },
  ]);
});

test('a grant to users and groups is a rule for each: Trino wants both where one rule names both', () => {
  const { tables = [] } = rulesOf([grant({ to: { users: ['carl', 'o|x'], groups: ['analysts'] } })]);
  expect(tables.slice(1, 3)).toEqual([
    { user: 'carl|o\\|x', catalog: 'hive|iceberg', privileges: ['SELECT'] },
    { group: 'analysts', catalog: 'hive|iceberg', privileges: ['SELECT'] },
  ]);
});

test('names are regular expressions that mean what the globs mean', () => {
  const on = { catalogs: ['hive'], schemas: ['Sales_{eu,us}'], tables: ['a.b*', 'c?[!0-9]'] };
  expect(rulesOf([grant({ on })])['tables']?.[1]).toEqual({
    group: 'analysts',
    catalog: 'hive',
    schema: '(?s)sales_eu|sales_us',
    table: '(?s)(?:(?s)a\\.b[^\\$]*|c[^\\$][^0-9\\$])(?:\\$.*)?',
    privileges: ['SELECT'],
  });
});

test('a catalog is open to write for whoever has one grant to write, whatever comes first', () => {
  const on = { ...everything, catalogs: ['hive'] };
  const { catalogs: rules = [] } = rulesOf([
    grant({ on }),
    grant({ to: { users: ['ben'], groups: [] }, privileges: [] }),
    grant({ on, to: { users: ['*'], groups: [] }, privileges: ['SELECT', 'INSERT'] }),
  ]);
  expect(rules.slice(1, -2)).toEqual([
    { catalog: 'hive', allow: 'all' },
    { group: 'analysts', catalog: 'hive', allow: 'read-only' },
  ]);
});

test('who owns all tables of a schema owns the schema; who is refused all of them does not', () => {
  const on = { catalogs: ['iceberg'], schemas: ['lab'], tables: ['*'] };
  const { schemas = [] } = rulesOf([
    grant({ on, privileges: [] }),
    grant({ on: { ...on, tables: ['one'] }, privileges: ['OWNERSHIP'] }),
    grant({ on, to: { users: ['ben'], groups: [] }, privileges: ['SELECT', 'OWNERSHIP'] }),
  ]);
  expect(schemas.slice(1)).toEqual([
    { group: 'analysts', catalog: 'iceberg', schema: '(?s)lab', owner: false },
    { user: 'ben', catalog: 'iceberg', schema: '(?s)lab', owner: true },
  ]);
});

test('who is refused a table of a schema does not own the schema, which could be dropped with it', () => {
  const on = { catalogs: ['iceberg'], schemas: ['lab'], tables: ['*'] };
  const { schemas = [] } = rulesOf([
    grant({ on: { ...on, tables: ['one'] }, privileges: [] }),
    grant({ on, privileges: ['OWNERSHIP'] }),
  ]);
  const where = { group: 'analysts', catalog: 'iceberg', schema: '(?s)lab' };
  expect(schemas.slice(1)).toEqual([
    { ...where, owner: false },
    { ...where, owner: true },
  ]);
});

test('what everyone may read is not for the user who collects figures', () => {
  const rules = allRulesOf([grant({ to: { users: ['*'], groups: [] }, privileges: ['SELECT', 'OWNERSHIP'] })]);
  expect(rules['catalogs']?.[1]).toEqual({ user: 'metrics', allow: 'none' });
  expect(rules['schemas']?.[1]).toEqual({ user: 'metrics', owner: false });
  expect(rules['tables']?.[1]).toEqual({ user: 'metrics', privileges: [] });
});

test('workers create and fill what is in the catalogs of the lake, whatever is granted, and administer nothing', () => {
  const refusing = grant({ to: { users: ['*'], groups: [] }, privileges: [], hide: ['id'] });
  const rules = allRulesOf([refusing], ['anna']);
  const [first] = rules['tables']?.filter(({ user, catalog }) => !user || (user === 'migration' && catalog)) ?? [];
  expect(first).toEqual({
    user: 'migration',
    catalog: 'hive|iceberg',
    privileges: ['SELECT', 'INSERT', 'DELETE', 'OWNERSHIP', 'GRANT_SELECT'],
  });
  const named = Object.keys(rules).filter((section) => rules[section]?.some(({ user }) => user === 'migration'));
  expect(named).toEqual(['catalogs', 'procedures', 'schemas', 'tables']);
  expect(rules['procedures']?.slice(1)).toEqual([
    {
      user: 'migration',
      catalog: 'hive|iceberg',
      schema: 'system',
      procedure: 'register_partition|register_table|sync_partition_metadata|unregister_partition',
      privileges: ['EXECUTE'],
    },
    { user: 'migration', catalog: 'system', schema: 'runtime', procedure: 'kill_query', privileges: ['EXECUTE'] },
  ]);
});

test('columns are hidden or masked and rows filtered', () => {
  const narrow = { hide: ['ssn'], mask: { email: "'x'" }, rows: "region = 'EU'" };
  expect(rulesOf([grant(narrow)])['tables']?.[2]).toEqual({
    group: 'analysts',
    catalog: 'hive|iceberg',
    privileges: ['SELECT'],
    columns: [
      ...['$bucket', '$partition', '$path'].map((name) => ({ name, allow: false })),
      { name: 'email', mask: "'x'" },
      { name: 'ssn', allow: false },
    ],
    filter: "region = 'EU'",
  });
});

test('what a grant narrows or refuses cannot be read from the tables of metadata either', () => {
  const on = { ...everything, tables: ['orders', 'raw_*'] };
  const closed = {
    group: 'analysts',
    catalog: 'hive|iceberg',
    table: '(?s)(?:(?s)orders|raw_[^\\$]*)\\$.*',
    privileges: [],
  };
  const refused = rulesOf([grant({ on, privileges: [] }), grant({})])['tables'] ?? [];
  expect(refused.slice(1, 3)).toEqual([closed, { ...closed, table: '(?s)orders|raw_[^\\$]*' }]);
  for (const narrow of [{ hide: ['ssn'] }, { mask: { ssn: "'x'" } }, { rows: 'true' }])
    expect(rulesOf([grant({ on, ...narrow }), grant({})])['tables']?.[1]).toEqual(closed);
  expect(rulesOf([grant({ rows: 'true' })])['tables']?.[1]).toMatchObject({
    table: '(?s)(?:(?s)[^\\$]*)\\$.*',
    privileges: [],
  });
});

test('groups are sorted, a line each', () => {
  const groups = { b: ['zoe', 'anna'], a: ['ben'] };
  expect(renderGroups({ admins: [], groups, grants: [] })).toBe('a:ben\nb:anna,zoe\n');
});

test('a worker, which asks for no password, tells figures and allows nothing else', () => {
  const rules = JSON.parse(renderWorkerAccessRules()) as Record<string, unknown[]>;
  const { system_information, ...others } = rules;
  expect(system_information).toEqual([{ user: 'metrics', allow: ['read'] }]);
  // A section that is missing grants.
  expect(Object.keys(rules).sort()).toEqual(
    Object.keys(JSON.parse(renderAccessRules({ admins: [], groups: {}, grants: [] }, [])) as object).sort(),
  );
  expect(Object.values(others).flat()).toEqual([]);
});
