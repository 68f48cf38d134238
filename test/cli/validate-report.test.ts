import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TableResult } from '../../validation/certificate/index.js';
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

test('the results of validations as JSON are what docs/json-output.md says', async () => {
  const store = await stored(sales, () => 'passed');
  const { stdout } = await cli(['validate', 'status', '--json'], store.env);
  const { kind, tables: shown } = JSON.parse(stdout) as { kind: string; tables: readonly { results: object[] }[] };
  expect([kind, shown.map(({ results }) => results.length)]).toEqual(['ValidationStatus', [5, 5]]);

  const again = ['validate', 'all', '--assessment', folder, '--trino-url', 'http://127.0.0.1:1', '--no-wait'];
  expect(await cli(again, { ...store.env, A2O_TRINO_PASSWORD: 'p' })).toMatchObject({ code: 0 });
  const { open } = JSON.parse((await cli(['validate', 'status', '--json'], store.env)).stdout) as { open: object[] };
  expect(open).toMatchObject([{ status: 'PENDING' }, { status: 'PENDING' }]);
});

test('Terraform of other inputs is a warning, and the certificate is written', async () => {
  const store = await stored(sales, () => 'passed');
  const { code, stderr } = await report(store, '--terraform', folder, '--json');
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/warning: '.*' does not say what it was generated from: .* \[synth-stale\]/),
  ]);
  expect((await report(store)).stderr).not.toContain('synth-stale');
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

test('names with dots are not mixed up: each table has its own results, signatures and name', async () => {
  const names = [
    { database: 'a', name: 'b.c', location: 's3://lake/1/' },
    { database: 'a.b', name: 'c', location: 's3://lake/2/' },
    { database: 'p.q', name: 'raw', location: 's3://lake/3/', format: 'HUDI' as const },
  ];
  const store = await stored(assessmentWith(names.map((each) => table('x.y', each))), ([database]) =>
    database === 'a' ? 'failed' : 'passed',
  );
  const exceptions = join(folder, 'signed.yaml');
  const sign = (name: string, check: string) =>
    `- { table: '${name}', check: ${check}, signedBy: g, signedAt: ${new Date().toISOString()}, reason: r }\n`;
  const signed = checks.map((check) => sign('"a.b".c', check)).join('') + sign('"p.q".raw', 'moved');
  writeFileSync(exceptions, signed);
  expect((await report(store, '--exceptions', exceptions)).code).toBe(1);
  expect(tables().map((each) => [each.database, each.table, each.status, each.exceptions])).toEqual([
    ['a', 'b.c', 'not-certified', []],
    ['a.b', 'c', 'certified', []],
    ['p.q', 'raw', 'not-certified', []],
  ]);

  const cutover = join(folder, 'cutover.yaml');
  writeFileSync(cutover, 'apiVersion: aws2openstack/v1\nkind: Cutover\nsteps: {}\n');
  const files = ['--assessment', folder, '--file', cutover, '--exceptions', exceptions];
  const plan = await cli(['cutover', 'plan', ...files, '--no-listing'], store.env);
  expect(plan.stdout).toContain('a."b.c": schema failed');
  expect(plan.stdout).not.toContain('"a.b".c: ');
  expect(plan.stdout).not.toMatch(/"p\.q"\.raw: (?!.*g)/);

  writeFileSync(exceptions, sign('a.b.c', 'checksum'));
  for (const refused of [
    await report(store, '--exceptions', exceptions),
    await cli(['cutover', 'plan', ...files, '--no-listing'], store.env),
  ])
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('[exception-for-nothing]') });
});

test.each([
  ['foo 1', 'is not a time'],
  ['2026-11-29', 'is not a time'],
  ['2999-01-01T00:00:00Z', 'is in the future'],
])('a signature of %s is refused', async (signedAt, message) => {
  const file = join(folder, 'signed.yaml');
  writeFileSync(file, `- { table: a.b, check: checksum, signedBy: g, signedAt: '${signedAt}', reason: r }`);
  const { code, stderr } = await report({ env: {} }, '--exceptions', file);
  expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
});
