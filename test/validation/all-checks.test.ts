import { expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readExceptions } from '../../cli/validate/exceptions.js';
import { ok } from '../../core/result.js';
import type { CheckName } from '../../mappings/template.js';
import { validationType } from '../../monitoring/questions/validation/check-document.js';
import type { CheckName as CertifiedCheck } from '../../validation/certificate/certificate-input.js';
import { allChecks } from '../../validation/checks/all-checks.js';
import { powerOf } from '../../validation/power/prove-power.js';
import { comparedColumn } from '../support/forms.js';

const sorted = (names: readonly string[]): readonly string[] => [...names].sort();

function enumIn(file: string, ...path: readonly string[]): readonly string[] {
  const schema: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const found = path.reduce((value, key) => (value as Record<string, unknown>)[key], schema);
  return (found as { readonly enum: readonly string[] }).enum;
}

test('the list of checks has every check that the store and the questions know', () => {
  expect(sorted(allChecks)).toEqual(sorted(validationType['enum'] as readonly string[]));
});

test('mappings and certificates name every check', () => {
  const mapped: readonly CheckName[] = allChecks;
  const certified: readonly CertifiedCheck[] = allChecks;
  const mapping = enumIn(
    'mappings/templates/mapping-template.schema.json',
    ...['$defs', 'validation', 'properties', 'checks', 'items'],
  );
  const certificate = enumIn('validation/certificate/certificate.schema.json', 'definitions', 'CheckName');
  expect(sorted(mapping)).toEqual(sorted(mapped));
  expect(sorted(certificate)).toEqual(sorted(certified));
});

test('an exception may be signed for every check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'a2o-all-checks-'));
  const file = join(folder, 'signed.yaml');
  const signed = allChecks.map(
    (check) => `- { table: a.b, check: ${check}, signedBy: Ada, signedAt: 2026-01-01T00:00:00Z, reason: agreed }\n`,
  );
  writeFileSync(file, signed.join(''));
  expect(readExceptions(file)).toMatchObject({ ok: true });
  rmSync(folder, { recursive: true });
});

test('without mutations, every check is weak; the schema and test queries have proofs of their own', () => {
  const { weak } = powerOf({ partitionColumns: [comparedColumn('day', 'date')] }, ok([]), []);
  expect(sorted([...weak, 'schema', 'query'])).toEqual(sorted(allChecks));
});
