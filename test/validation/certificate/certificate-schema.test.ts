import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCertificate } from '../../../validation/certificate/index.js';
import { certificateOf, certifiedTable } from '../../support/certificate-input.js';
import { certificateViolations } from '../../support/certificate-violations.js';
import { schemaBesideTypes } from '../../support/schema-of-type.js';

const schema = 'validation/certificate/certificate.schema.json';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-certificate-schema-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const definitionsOf = schemaBesideTypes(schema, 'validation/certificate/certificate.ts');

test.each(['Certificate', 'TableLine'])('the JSON Schema says of a %s what its TypeScript type says', (type) => {
  const [declared, generated] = definitionsOf(type);
  expect(declared).toEqual(generated);
});

test('a certificate and its tables are as their schema says', async () => {
  const view = certifiedTable('sales.top', {
    objects: null,
    bytes: null,
    rows: null,
    target: null,
    manifestEntry: null,
  });
  const excepted = certifiedTable('sales.zoo', {
    status: 'certified-with-exceptions',
    checks: [
      { check: 'sample', status: 'weak', source: null, target: null, difference: 'x', power: null, findings: [] },
    ],
    exceptions: [{ check: 'sample', signedBy: 'Ada', signedAt: '2026-11-29T10:00:00Z', reason: 'agreed' }],
    drift: [{ code: 'mapping-changed', message: 'It has another target.' }],
  });
  const tables = [certifiedTable('sales.orders'), view, excepted];
  expect((await writeCertificate(certificateOf(tables), folder, { pdf: false })).ok).toBe(true);
  expect(certificateViolations(folder)).toEqual([]);
});

test('what a certificate does not have is a violation', () => {
  const ajv = new Ajv({ allowUnionTypes: true, allErrors: true });
  ajv.addSchema(JSON.parse(readFileSync(schema, 'utf8')) as object);
  const line = ajv.getSchema('certificate.schema.json#/definitions/TableLine');
  expect(line?.({ ...certifiedTable('sales.orders'), rows: -1, more: true })).toBe(false);
  expect(line?.errors?.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`).sort()).toEqual([
    ' additionalProperties',
    ' required',
    '/rows minimum',
  ]);
});
