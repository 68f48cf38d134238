import { describe, expect, test } from '@jest/globals';
import type { AssessedTable } from '../../assessments/index.js';
import { formatDiagnostic } from '../../core/diagnostic.js';
import { checkGrantsInPlan } from '../../mappings/grants-in-plan.js';
import { resolve } from '../../mappings/index.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { templateWith } from '../support/templates.js';

const columns = ['Id', 'email', 'country'].map((name) => ({ name, type: 'string' }));
const lake = assessmentWith([
  table('crm.customers', { columns, partitionKeys: [{ name: 'day', type: 'string' }] }),
  table('crm.orders', { columns }),
  table('raw.hits', { columns: [{ name: 'url', type: 'string' }] }),
  view('crm.germans', "SELECT id FROM customers WHERE country = 'DE'", [{ name: 'id', type: 'varchar' }]),
  view('raw.over_view', 'SELECT id FROM crm.germans', [{ name: 'id', type: 'varchar' }]),
  view('raw.unknown', 'SELECT * FROM crm.orders', []),
]);

function view(name: string, sql: string, columns: AssessedTable['columns']): AssessedTable {
  const shown = { dialect: 'presto', sql, catalog: 'awsdatacatalog', schema: name.split('.')[0] ?? '' } as const;
  return table(name, {
    format: 'VIEW',
    columns: [],
    view: { ...shown, ...(columns.length > 0 && { columns }) },
  });
}

function problemsOf(...grants: readonly string[]): string[] {
  const lines = grants.map((grant, index) => `  - { name: g${index}, to: { user: anna }, ${grant} }\n`);
  const rules = `  - { name: crm moves, when: { kind: database, database: crm }, to: { catalog: hive, schema: crm2 } }\n`;
  const template = templateWith(rules, `grants:\n${lines.join('')}`);
  return checkGrantsInPlan(resolve(lake, template)).map(formatDiagnostic);
}

describe('nothing is said of a grant', () => {
  test.each([
    ['that is for everything', 'privileges: [SELECT]'],
    ['that names what the target will have', 'on: { schema: crm2, table: [customers, "ord*"] }, privileges: [SELECT]'],
    ['whatever the case', 'on: { schema: CRM2, table: Orders }, privileges: [SELECT], columns: { hide: [ID] }'],
    ['that masks a partition key', 'on: { schema: crm2 }, privileges: [SELECT], columns: { mask: { day: "NULL" } }'],
    [
      'that filters and masks by its columns',
      'on: { schema: crm2, table: [customers, orders] }, privileges: [SELECT], columns: { mask: { email: "concat(country, substr(customers.email, 3), array_join(transform(ARRAY[id], x -> x), \'\'))" } }, rows: "country IN (SELECT land FROM lands WHERE x = id) AND \\"$path\\" > \'\'"',
    ],
    [
      'that is about a view and what it reads',
      'on: { schema: crm2, table: [germans, customers] }, privileges: [SELECT]',
    ],
    ['that refuses a view', 'on: { table: germans }, privileges: []'],
    [
      'that filters a view of unknown columns',
      "on: { table: [unknown, orders] }, privileges: [SELECT], rows: id = '1'",
    ],
    ['that lets people make a schema', 'on: { schema: laboratory }, privileges: [SELECT, OWNERSHIP]'],
  ])('%s', (_what, grant) => {
    expect(problemsOf(grant)).toEqual([]);
  });
});

test.each([
  [
    'a schema by its name at the source',
    'on: { schema: crm }, privileges: [SELECT]',
    "warning: The grant 'g0' names the schema 'crm', which the Plan does not create. [unknown-schema]\n  fix: Did you mean 'crm2'?",
  ],
  [
    'a refusal that refuses nothing',
    'on: { schema: "secret_*" }, privileges: []',
    "warning: The grant 'g0' names the schema 'secret_*', which the Plan does not create.",
  ],
  [
    'one of two schemas',
    'on: { schema: [crm2, rawx] }, privileges: [SELECT]',
    "names the schema 'rawx', which the Plan does not create. [unknown-schema]\n  fix: Did you mean 'raw'?",
  ],
  [
    'a schema to own that is nearly one that there is',
    'on: { schema: crm3 }, privileges: [OWNERSHIP]',
    "names the schema 'crm3'",
  ],
  [
    'a table of another schema',
    'on: { schema: crm2, table: hits }, privileges: [SELECT]',
    "warning: The grant 'g0' names the table 'hits'",
  ],
  [
    'a catalog without such a schema',
    'on: { catalog: iceberg, schema: crm2 }, privileges: [SELECT]',
    "names the schema 'crm2'",
  ],
  [
    'a hidden column that no table has',
    'on: { schema: crm2, table: [customers, orders] }, privileges: [SELECT], columns: { hide: [emial] }',
    "error: The grant 'g0' hides or masks the column 'emial', which none of its 2 tables has: the data to hide would be visible. [unknown-column]\n  fix: Did you mean 'email'?",
  ],
  [
    'a masked column that only other tables have',
    'on: { schema: crm2, table: [customers, orders] }, privileges: [SELECT], columns: { mask: { url: "NULL" } }',
    "error: The grant 'g0' hides or masks the column 'url'",
  ],
  [
    'a condition by a column that no table has',
    "on: { schema: crm2, table: [customers, orders] }, privileges: [SELECT], rows: cuontry = 'DE'",
    "error: The grant 'g0' names the column 'cuontry' in `rows`, which none of its 2 tables has: Trino would reject queries of them. [unknown-column]\n  fix: Did you mean 'country'?",
  ],
  [
    'a condition by a column that some tables lack',
    "on: { schema: [crm2, raw], table: [customers, hits] }, privileges: [SELECT], rows: country = 'DE'",
    "warning: The grant 'g0' names the column 'country' in `rows`, which is missing in raw.hits: Trino",
  ],
  [
    'a mask by a column that its tables do not have',
    'on: { schema: crm2, table: customers }, privileges: [SELECT], columns: { mask: { email: "concat(town, email)" } }',
    "error: The grant 'g0' names the column 'town' in the mask of 'email', which none of its 1 tables has",
  ],
  [
    'a view without what it reads',
    'on: { schema: crm2, table: germans }, privileges: [SELECT]',
    "warning: The grant 'g0' lets anna read the view crm2.germans, but no grant lets anna read crm2.customers, which the view reads with the privileges of its reader. [view-without-tables]",
  ],
  [
    'several views without what they read',
    'on: { schema: raw }, privileges: [SELECT]',
    'lets anna read the view raw.over_view, but no grant lets anna read crm2.germans, which the view reads with the privileges of its reader; the same holds for 1 more of its views.',
  ],
])('%s is told', (_what, grant, message) => {
  const problems = problemsOf(grant);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(message);
  expect(problems[0]).toMatch(/^acme\.yaml:6:5: /);
});
