import { expect, test } from '@jest/globals';
import { agreeOnTexts } from '../../validation/values/form.js';
import { hashOf } from '../../validation/values/hash-part.js';
import { rulesFor } from '../../validation/values/value-rules.js';
import type { ValueRules } from '../../validation/values/value-rules.js';
import { longestStatement } from '../../registration/sql.js';
import { parseQuery } from '../../registration/trino-sql/parse-query.js';
import { formOf } from '../support/forms.js';

const strict = (): ValueRules => ({});

test.each([
  ['tinyint', 'integer', { kind: 'integer' }],
  ['real', 'double', { kind: 'float', hasOneZero: false }],
  ['decimal(10,2)', 'decimal(12,4)', { kind: 'decimal', precision: 12, scale: 4 }],
  ['decimal(38,0)', 'decimal(38,18)', { kind: 'digits' }],
  ['char(5)', 'varchar', { kind: 'text', isTrimmed: true, emptyIsNull: false }],
  ['varchar(5)', 'varchar', { kind: 'text', isTrimmed: false, emptyIsNull: false }],
  ['timestamp(3)', 'timestamp(6)', { kind: 'timestamp', precision: 3, isZoned: false, isReduced: true }],
  ['ipaddress', 'ipaddress', { kind: 'canonical-text', as: 'varchar' }],
  ['hyperloglog', 'hyperloglog', { kind: 'not-compared' }],
  ['array(hyperloglog)', 'array(hyperloglog)', { kind: 'not-compared' }],
  [
    'row(a integer, b date)',
    'row(B date, A integer)',
    { fields: [{ at: { source: 1, target: 2 } }, { at: { source: 2, target: 1 } }] },
  ],
  [
    'row(x integer, X integer, y date)',
    'row(y date, x integer, x integer)',
    {
      fields: [{ at: { source: 1, target: 2 } }, { at: { source: 2, target: 3 } }, { at: { source: 3, target: 1 } }],
    },
  ],
])('%s and %s are compared', (source, target, form) => {
  expect(agreeOnTexts(source, target, strict)).toMatchObject({ ok: true, value: form });
});

test.each([
  ['integer', 'varchar'],
  ['bigint', 'decimal(19,0)'],
  ['date', 'timestamp(3)'],
  ['timestamp(6)', 'timestamp(6) with time zone'],
  ['varbinary', 'varchar'],
  ['array(integer)', 'array(varchar)'],
  ['row(a integer)', 'row(a integer, b integer)'],
  ['row(a integer)', 'row(b integer)'],
  ['row(x integer, X integer)', 'row(x integer, y integer)'],
  ['map(varchar, date)', 'map(varchar, varchar)'],
])('%s and %s cannot be equal, and are not cast', (source, target) => {
  expect(agreeOnTexts(source, target, strict)).toMatchObject({ ok: false });
});

test('rules of the column go before those of its type', () => {
  const rules = {
    byType: { double: { negativeZero: 'equal' } },
    byColumn: { d: { negativeZero: 'different' } },
  } as const;
  expect(agreeOnTexts('double', 'double', (kind) => rulesFor(rules, 'x', kind))).toMatchObject({
    value: { hasOneZero: true },
  });
  expect(agreeOnTexts('double', 'double', (kind) => rulesFor(rules, 'D', kind))).toMatchObject({
    value: { hasOneZero: false },
  });
});

function nested(levels: number, type: string): string {
  return levels === 0 ? type : `array(${nested(levels - 1, type)})`;
}

test('arrays that nest too deeply for lambdas are compared as text, or not at all', () => {
  expect(agreeOnTexts(nested(20, 'integer'), nested(20, 'integer'), strict)).toMatchObject({
    value: { kind: 'array', element: { kind: 'array' } },
  });
  expect(agreeOnTexts(nested(20, 'varbinary'), nested(20, 'varbinary'), strict)).toMatchObject({
    value: { kind: 'not-compared' },
  });
});

test('the hash of 300 columns, and of the deepest types, is SQL that Trino parses', () => {
  const wide = Array.from({ length: 300 }, (_, index) => ({
    sql: `"column_${index}"`,
    form: formOf('array(row(a varchar, b decimal(10,2)))'),
  }));
  const deep = [nested(13, 'varchar'), `map(varchar, ${nested(12, 'row(a date)')})`].map((type) => ({
    sql: '"x"',
    form: formOf(type),
  }));
  for (const columns of [wide, deep]) {
    const sql = `SELECT ${hashOf(columns, 'source')} AS h FROM t`;
    expect(sql.length).toBeLessThan(longestStatement);
    expect(parseQuery(sql)).toMatchObject({ ok: true });
  }
});
