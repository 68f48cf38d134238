import { expect, test } from '@jest/globals';
import { formatDiagnostic } from '../../core/diagnostic.js';
import { planDocument, planSha256, resolve } from '../../mappings/index.js';
import { explainAsset } from '../../mappings/explain.js';
import { checkValidationInPlan } from '../../mappings/validation-in-plan.js';
import { describeExplanations } from '../../cli/explain/view.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { header, load, templateWith } from '../support/templates.js';

const columns = ['id', 'Email', 'amount'].map((name) => ({ name, type: 'string' }));
const lake = assessmentWith([
  table('crm.customers', { columns, partitionKeys: [{ name: 'day', type: 'string' }] }),
  table('crm.orders', { columns: [{ name: 'id', type: 'bigint' }] }),
]);
const rule = (validate: string, when = 'kind: table, database: crm') =>
  `  - name: crm\n    when: { ${when} }\n    to: { catalog: hive }\n    validate: ${validate}\n`;

function planned(validate: string) {
  return resolve(lake, templateWith(rule(validate)));
}

test('the settings of the rule that decides are those of its tables, and change nothing of the Plan that is stored', () => {
  const plan = planned('{ columns: { mask: [email], key: [id] }, sampleRows: 50 }');
  expect(plan.tables.map(({ key, validate }) => [key, validate])).toEqual([
    ['table:crm.customers', { columns: { mask: ['email'], key: ['id'] }, sampleRows: 50 }],
    ['table:crm.orders', { columns: { mask: ['email'], key: ['id'] }, sampleRows: 50 }],
  ]);
  expect(checkValidationInPlan(plan)).toEqual([]);
  const { items } = planDocument(plan);
  expect(items).toEqual(planDocument(planned('{ sampleRows: 60 }')).items);
  expect(planSha256(plan)).toBe(planSha256(planned('{ sampleRows: 60 }')));
});

test('explain shows them', () => {
  const template = templateWith(
    rule('{ checks: [schema], columns: { mask: [email] }, equality: { types: { double: { negativeZero: equal } } } }'),
  );
  const explained = explainAsset('crm.customers', lake, template, resolve(lake, template));
  const text = explained.ok ? describeExplanations(explained.value) : '';
  expect(text).toContain(
    '  validated by its rule:\n    checks: schema\n    columns masked: email\n    equality: double: negativeZero equal\n',
  );
});

test.each([
  ['a column that no table has', '{ columns: { mask: [e-mail] } }', "the column 'e-mail' in validate.columns.mask"],
  ['a column of a rule of equality', '{ equality: { columns: { amout: { emptyText: equal-to-null } } } }', "'amount'?"],
  ['a partition column that is left out', '{ columns: { exclude: [DAY] } }', "excludes the partition column 'day'"],
])('%s is an error at the line of the rule', (_what, validate, message) => {
  const problems = checkValidationInPlan(planned(validate)).map(formatDiagnostic);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain('acme.yaml:6:');
  expect(problems[0]).toContain(message);
});

test.each([
  ['an unknown check', rule('{ checks: [checksums] }'), 'acme.yaml:9:26: error', "Did you mean 'checksum'?"],
  ['an unknown key', rule('{ column: { mask: [id] } }'), 'acme.yaml:9:17: error', "Did you mean 'columns'?"],
  [
    'a rule of equality that the type does not have',
    rule('{ equality: { types: { double: { emptyText: equal-to-null } } } }'),
    'acme.yaml:9:48: error',
    'Allowed: negativeZero',
  ],
  ['a tolerance that is no share', rule('{ rowCountTolerance: 5 }'), 'acme.yaml:9:36: error', '0.1'],
  [
    'a bucket, which is not validated',
    `  - name: b\n    when: { kind: bucket }\n    to: { versioning: keep }\n    validate: { sampleRows: 5 }\n`,
    'acme.yaml:6:5: error',
    'only tables are validated',
  ],
  [
    'a rule that maps nothing',
    `  - name: b\n    when: { kind: table, database: x }\n    skip: it is old\n    validate: { sampleRows: 5 }\n`,
    'acme.yaml:9:5: error',
    "together with 'to'",
  ],
])('%s gets its place and its fix', (_what, rules, place, fix) => {
  const loaded = load(`${header}extends: default\nrules:\n${rules}`);
  const problems = loaded.ok ? [] : loaded.error.map(formatDiagnostic);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(place);
  expect(problems[0]).toContain(fix);
});
