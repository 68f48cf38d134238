import { describe, expect, test } from '@jest/globals';
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
]);

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
    'on: { schema: crm2 }, privileges: [SELECT], columns: { hide: [emial] }',
    "error: The grant 'g0' hides or masks the column 'emial', which none of its 2 tables has: the data to hide would be visible. [unknown-column]\n  fix: Did you mean 'email'?",
  ],
  [
    'a masked column that only other tables have',
    'on: { schema: crm2 }, privileges: [SELECT], columns: { mask: { url: "NULL" } }',
    "error: The grant 'g0' hides or masks the column 'url'",
  ],
])('%s is told', (_what, grant, message) => {
  const problems = problemsOf(grant);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(message);
  expect(problems[0]).toMatch(/^acme\.yaml:6:5: /);
});
