import { describe, expect, test } from '@jest/globals';
import { formatDiagnostic } from '../../core/diagnostic.js';
import type { Grant } from '../../mappings/template.js';
import { header, load } from '../support/templates.js';

const access = 'target: { access: { groups: { analysts: [anna, ben], auditors: [zoe] } } }\n';
const child = `${header}extends: default\n${access}grants:\n`;

function grantsOf(text: string, options: Parameters<typeof load>[1] = {}): readonly Grant[] {
  const loaded = load(text, options);
  if (!loaded.ok) throw new Error(loaded.error.map(formatDiagnostic).join('\n'));
  return loaded.value.grants;
}

function problemsOf(text: string): string[] {
  const loaded = load(text);
  return loaded.ok ? [] : loaded.error.map(formatDiagnostic);
}

test('what is left out means all, one may stand for a list, and globs over catalogs become names', () => {
  const [first, second] = grantsOf(
    `${child}  - { name: a, to: { group: analysts }, privileges: [SELECT] }\n` +
      `  - { name: b, to: { user: [carl, '*'] }, on: { catalog: 'i*', schema: sales }, privileges: [], }\n`,
  );
  expect(first).toMatchObject({
    to: { users: [], groups: ['analysts'] },
    on: { catalogs: ['hive', 'iceberg'], schemas: ['*'], tables: ['*'] },
    hide: [],
    mask: {},
    rows: null,
    origin: { file: 'acme.yaml', line: 7 },
  });
  expect(second).toMatchObject({
    to: { users: ['carl', '*'], groups: [] },
    on: { catalogs: ['iceberg'], schemas: ['sales'] },
  });
});

test("variables are replaced, columns folded, and a parent's grants come last", () => {
  const parent = `${child}  - { name: all, to: { group: analysts }, privileges: [SELECT] }\n`.replace('acme', 'base');
  const text =
    `${header}extends: base.yaml\nvariables: { region: { type: string, default: EU } }\ngrants:\n` +
    `  - name: eu\n    to: { group: analysts }\n    on: { table: orders }\n    privileges: [SELECT]\n` +
    `    columns: { hide: [SSN], mask: { Email: "'$\${x}'" } }\n    rows: region = '\${region}'\n`;
  expect(grantsOf(text, { files: { 'base.yaml': parent } })).toEqual([
    expect.objectContaining({ name: 'eu', hide: ['ssn'], mask: { email: "'${x}'" }, rows: "region = 'EU'" }),
    expect.objectContaining({ name: 'all' }),
  ]);
});

test.each([
  "regexp_replace(email, '.*@', '…@')",
  'NULL',
  '(SELECT max(email) FROM crm.customers)',
  'CASE WHEN current_user IN (SELECT name FROM crm.staff) THEN email END',
  "array_join(transform(tags, tag -> upper(tag)), ',')",
])('the mask %s is accepted', (sql) => {
  const grant = { name: 'a', to: { user: 'x' }, privileges: ['SELECT'], columns: { mask: { email: sql } } };
  expect(problemsOf(`${child}  - ${JSON.stringify(grant)}\n`)).toEqual([]);
});

describe('a wrong grant gets its place and its fix', () => {
  test.each<[string, string, string, string]>([
    [
      'a group that is not there',
      '{ name: a, to: { group: analyst }, privileges: [SELECT] }',
      "acme.yaml:7:5: error: The grant 'a' is for the group 'analyst'",
      "Did you mean 'analysts'?",
    ],
    [
      'a catalog that is not there',
      '{ name: a, to: { user: x }, on: { catalog: lake }, privileges: [SELECT] }',
      "has an 'on.catalog' that matches none of target.catalogs: iceberg, hive.",
      'Set `on.catalog` to',
    ],
    [
      'a privilege of another language',
      '{ name: a, to: { user: x }, privileges: [select] }',
      "acme.yaml:7:46: error: Item 1 of 'privileges' is 'select'; allowed: SELECT, INSERT",
      "Did you mean 'SELECT'?",
    ],
    [
      'a misspelled key',
      '{ name: a, to: { users: x }, privileges: [] }',
      "acme.yaml:7:22: error: The key 'users' is not known in 'to' of the grant 'a'. Allowed: user, group.",
      "Did you mean 'user'?",
    ],
    ['nobody', '{ name: a, to: {}, privileges: [] }', 'acme.yaml:7:20: error', 'Whom it applies to'],
    ['no privileges', '{ name: a, to: { user: x } }', "The key 'privileges' is missing", "Add 'privileges'."],
    [
      'a user with a comma',
      '{ name: a, to: { user: "a,b" }, privileges: [] }',
      "acme.yaml:7:28: error: 'user' is 'a,b'",
      'without blanks, colons and commas',
    ],
    [
      'a column hidden and masked',
      '{ name: a, to: { user: x }, privileges: [SELECT], columns: { hide: [a], mask: { A: "1" } } }',
      "hides or masks the column 'a' twice",
      'Keep the column once, under `hide` or under `mask`.',
    ],
    [
      'a column masked in two cases',
      '{ name: a, to: { user: x }, privileges: [SELECT], columns: { mask: { Email: "1", email: email } } }',
      "hides or masks the column 'email' twice",
      'Keep the column once',
    ],
    [
      'the user that collects metrics',
      '{ name: a, to: { user: [x, metrics] }, privileges: [SELECT] }',
      "is for 'metrics', the user that collects metrics",
      'Name other users',
    ],
    [
      'the user of migration workers',
      '{ name: a, to: { user: migration }, privileges: [] }',
      "is for 'migration', the user that runs the migration",
      'Name other users',
    ],
    [
      'a user as a glob',
      "{ name: a, to: { user: 'contractor-*' }, privileges: [] }",
      "is for 'contractor-*', which is taken literally: the only wildcard for users is '*' alone",
      'into a group',
    ],
    [
      'a mask that is not an expression',
      '{ name: a, to: { user: x }, privileges: [SELECT], columns: { mask: { email: "1 +" } } }',
      "has SQL in the mask of 'email' that Trino would reject, and every query of these tables would fail: Trino 476 cannot parse its SQL: it goes wrong before its end.",
      'Write a Trino expression',
    ],
    [
      'a mask that aggregates',
      '{ name: a, to: { user: x }, privileges: [SELECT], columns: { mask: { email: "upper(max(email))" } } }',
      'it calls max(), which needs more rows than one, outside of a subquery.',
      'Write a Trino expression',
    ],
    [
      'rows by a window function',
      '{ name: a, to: { user: x }, privileges: [SELECT], rows: row_number() OVER (ORDER BY id) < 9 }',
      'in the condition `rows` that Trino would reject',
      'Write a Trino expression',
    ],
    [
      'rows by two statements',
      '{ name: a, to: { user: x }, privileges: [SELECT], rows: "id = 1; SELECT 2" }',
      'it goes wrong at line 1, column 7, at ;',
      'Write a Trino expression',
    ],
    [
      'rows by a function of another engine',
      '{ name: a, to: { user: x }, privileges: [SELECT], rows: "nvl(id, 1) = 1" }',
      'it calls nvl(), which is not a function of Trino 476',
      'Write a Trino expression',
    ],
    [
      'the text behind typed CSV',
      '{ name: a, to: { user: x }, on: { table: [orders, Orders__a2o_raw] }, privileges: [SELECT] }',
      "can never apply to the table 'Orders__a2o_raw'",
      'Name the table that it stands for',
    ],
    [
      'staged tables',
      "{ name: a, to: { user: x }, on: { schema: 'a2o_staging_*' }, privileges: [] }",
      "can never apply to the schema 'a2o_staging_*': the migration's own tables are closed",
      'Name the table that it stands for',
    ],
    [
      'rows of nothing',
      '{ name: a, to: { user: x }, privileges: [], rows: a = 1 }',
      'refuses everything',
      'add SELECT',
    ],
  ])('%s', (_name, grant, place, fix) => {
    const [problem = '', ...more] = problemsOf(`${child}  - ${grant}\n`);
    expect(more).toEqual([]);
    expect(problem).toContain(place);
    expect(problem).toContain(fix);
  });

  test.each<[string, string, boolean]>([
    ["{ user: '*' }", '{ group: analysts }', true],
    ['{ group: [analysts, auditors] }', '{ group: auditors }', true],
    ['{ group: analysts }', '{ user: anna }', false],
    ['{ user: anna }', '{ user: [anna, ben] }', false],
  ])('after one to %s, one to %s can decide nothing: %s', (first, second, hidden) => {
    const problems = problemsOf(
      `${child}  - { name: a, to: ${first}, on: { schema: 's*' }, privileges: [SELECT] }\n` +
        `  - { name: b, to: ${second}, on: { schema: sales }, privileges: [SELECT, INSERT] }\n`,
    );
    expect(problems).toEqual(
      hidden ? [expect.stringMatching(/acme\.yaml:8:5: .*grant 'a' \(line 7\) comes first/)] : [],
    );
  });

  test('two of one name', () => {
    const problems = problemsOf(
      `${child}  - { name: a, to: { user: x }, privileges: [SELECT] }\n  - { name: a, to: { user: y }, privileges: [] }\n`,
    );
    expect(problems).toEqual([expect.stringContaining('has the same name as the grant on line 7')]);
  });
});
