import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificate, TableResult } from '../../validation/certificate/index.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { cli } from '../support/run-cli.js';
import { startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';
import { validatedStore } from '../support/validated-store.js';
import type { ValidatedStore } from '../support/validated-store.js';

jest.setTimeout(240_000);

let engine: StateEngine;
let folder = '';
beforeAll(async () => {
  engine = await startEngine('embedded');
}, 120_000);
afterAll(() => engine.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-report-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const checks = ['schema', 'row_count', 'checksum', 'statistics', 'sample'] as const;
const sales = assessmentWith([table('sales.items'), table('sales.orders')]);

async function stored(
  ...args: Parameters<typeof validatedStore> extends [unknown, unknown, ...infer Rest] ? Rest : never
) {
  const store = await validatedStore(engine, folder, ...args);
  await store.state.close();
  return store;
}

function report({ env }: Pick<ValidatedStore, 'env'>, ...more: readonly string[]) {
  return cli(
    ['validate', 'report', '--assessment', folder, '--output', join(folder, 'certificate'), '--no-pdf', ...more],
    env,
  );
}

function certificate(): Certificate {
  return JSON.parse(readFileSync(join(folder, 'certificate', 'certificate.json'), 'utf8')) as Certificate;
}

function tables(): readonly TableResult[] {
  const lines = readFileSync(join(folder, 'certificate', 'tables.ndjson'), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as TableResult);
}

const mapping = (rules: string): string => {
  const file = join(folder, 'mapping.yaml');
  writeFileSync(
    file,
    `apiVersion: aws2openstack/v1\nkind: MappingTemplate\nmetadata: { name: other }\nextends: default\nrules:\n${rules}`,
  );
  return file;
};

test('a mapping that skips or renames what was migrated makes no certificate of it, nor is it validated', async () => {
  const store = await stored(sales, ([, name], check) =>
    name === 'items' && check === 'row_count' ? 'failed' : 'passed',
  );
  expect((await report(store)).code).toBe(1);
  expect(tables().map(({ status }) => status)).toEqual(['not-certified', 'certified']);
  const other = mapping('  - { name: not items, when: { kind: table, table: items }, skip: nobody needs it }\n');
  expect(await report(store, '--mapping', other)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('[plan-of-no-run]'),
  });
  const validate = ['validate', 'all', '--assessment', folder, '--mapping', other, '--trino-url', 'http://127.0.0.1:1'];
  expect(await cli([...validate, '--no-wait'], { ...store.env, A2O_TRINO_PASSWORD: 'p' })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('[plan-of-no-run]'),
  });
});

test('what was found before the last copy certifies nothing', async () => {
  const store = await validatedStore(engine, folder, sales);
  const orders = store.jobs.get(JSON.stringify(['sales', 'orders'])) ?? '';
  const before = new Date(Date.now() - 3_600_000);
  await store.state.db
    .updateTable('validation_results')
    .set({ validated_at: before })
    .where('migration_job_id', '=', orders)
    .execute();
  await store.state.close();
  expect((await report(store)).code).toBe(1);
  expect(tables()).toMatchObject([
    { table: 'items', status: 'certified' },
    { table: 'orders', status: 'not-certified', checks: checks.map((check) => ({ check, status: 'missing' })) },
  ]);
});
