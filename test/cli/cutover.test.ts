import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportSha256 } from '../../assessments/index.js';
import { readSettings } from '../../cli/cutover/read-settings.js';
import { planFromFiles, planSha256 } from '../../mappings/index.js';
import { appendValidationResults, createJobs, storeAssessment, storeRun, tableIds } from '../../state/index.js';
import type { State } from '../../state/index.js';
import { advanceJob } from '../../state/repositories/migration-jobs.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { jobOf } from '../support/jobs.js';
import { valueOf } from '../support/pages.js';
import { describeCutover, describePlan } from '../../cli/cutover/view.js';
import type { CutoverSettings, ShownCutover } from '../../migration/cutover/index.js';
import { cli } from '../support/run-cli.js';
import { opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

jest.setTimeout(240_000);

let engine: StateEngine;
let folder = '';
let env: Record<string, string> = {};
beforeAll(async () => {
  engine = await startEngine('embedded');
}, 120_000);
afterAll(() => engine.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-cutover-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const checks = ['schema', 'row_count', 'checksum', 'statistics', 'sample'] as const;

/** A migration of `sales.orders` and `sales.items`, all moved and validated; the Hudi table is blocked. */
async function migrated(change: (state: State, jobs: readonly string[]) => Promise<void> = () => Promise.resolve()) {
  const assessment = assessmentWith([
    table('sales.items'),
    table('sales.orders'),
    table('sales.raw', { format: 'HUDI' }),
  ]);
  writeFileSync(join(folder, 'glue-catalog-assessment.json'), JSON.stringify(assessment));
  const planned = valueOf(await planFromFiles({ assessment: folder, mapping: 'default' }));
  const location = await engine.fresh();
  env = { ...engine.env(location), PATH: process.env['PATH'] ?? '' };
  const state = await opened(location);
  const report = reportSha256(planned.assessment);
  const assessmentId = await storeAssessment(state, planned.assessment, { sha256: report, once: true });
  const connections = { source: { endpoint: 'http://127.0.0.1:1', region: 'eu-central-1' } };
  await storeRun(state, { assessmentId, planSha256: planSha256(planned.plan), connections, limits: {} });
  const ids = await tableIds(state, assessmentId);
  const moved = ['items', 'orders'].map((name) => ids.get(JSON.stringify(['sales', name])) ?? '');
  const created = await createJobs(state, { assessmentId, tableIds: moved, jobType: 'COPY' });
  const jobs = created.toSorted((a, b) => moved.indexOf(a.table_id) - moved.indexOf(b.table_id));
  for (const { id } of jobs) {
    valueOf(await advanceJob(state, await jobOf(state, id), { to: 'RUNNING' }));
    valueOf(await advanceJob(state, await jobOf(state, id), { to: 'COMPLETED' }));
    await appendValidationResults(
      state,
      checks.map((check) => resultOf(id, check, 'passed')),
    );
  }
  await change(
    state,
    jobs.map(({ id }) => id),
  );
  await state.close();
  writeFileSync(join(folder, 'hook.sh'), hook);
  writeFileSync(join(folder, 'signed.yaml'), exceptionFor('moved', 'sales.raw'));
  writeSettings(['freeze', 'endpoints', 'dns', 'smoke-test', 'writers-on']);
}

function resultOf(job: string, check: (typeof checks)[number], status: 'passed' | 'failed') {
  const values = { source_value: '1', target_value: '1', difference: status === 'failed' ? '7 rows' : null };
  const later = new Date(Date.now() + 1000);
  return { migration_job_id: job, validation_type: check, status, ...values, details: null, validated_at: later };
}

const hook = `
echo "$A2O_CUTOVER_ACTION $A2O_CUTOVER_STEP" >> journal
echo "token=abcdefgh of $A2O_CUTOVER_STEP"
! [ -e "fail-$A2O_CUTOVER_STEP" ]
`;

function exceptionFor(check: string, name: string): string {
  const signedAt = new Date(Date.now() + 60_000).toISOString();
  return `- { table: ${name}, check: ${check}, signedBy: grace, signedAt: ${signedAt}, reason: it is not used }\n`;
}

function writeSettings(hooked: readonly string[]): void {
  const hooks = hooked.map(
    (step) => `  ${step}: { hook: { run: [sh, ./hook.sh] }${step === 'dns' ? ', approval: { by: [ada] }' : ''} }\n`,
  );
  writeFileSync(join(folder, 'cutover.yaml'), `apiVersion: aws2openstack/v1\nkind: Cutover\nsteps:\n${hooks.join('')}`);
}

const files = (...more: readonly string[]) => [
  '--assessment',
  folder,
  '--file',
  join(folder, 'cutover.yaml'),
  '--exceptions',
  join(folder, 'signed.yaml'),
  ...more,
];
const go = (...more: readonly string[]) => cli(['cutover', 'go', ...files(...more)], env);
const back = (...more: readonly string[]) =>
  cli(['cutover', 'back', '--file', join(folder, 'cutover.yaml'), ...more], env);
const journal = () => readFileSync(join(folder, 'journal'), 'utf8').trimEnd().split('\n');

test('plan shows that all holds, what each step does and who approves it, and changes nothing', async () => {
  await migrated();
  const { code, stdout } = await cli(['cutover', 'plan', ...files()], env);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^Cutover of assessment-[0-9a-f]{6}: nothing blocks it\n/)]);
  expect(stdout).toContain('holds   tables-moved: 2 of 2 tables and views are moved');
  expect(stdout).toMatch(/6 dns +names lead to the target +sh \.\/hook\.sh; after the approval of ada/);
  expect(stdout).toMatch(/9 writers-on .* after the approval of anybody/);
  expect((await cli(['cutover', 'status'], env)).stderr).toContain('[no-cutover]');
  expect(existsSync(join(folder, 'journal'))).toBe(false);
});

test('plan names what blocks: a check that failed, and an asset that nobody signed for', async () => {
  await migrated(async (state, [, orders = '']) => {
    await appendValidationResults(state, [
      { ...resultOf(orders, 'row_count', 'failed'), validated_at: new Date(Date.now() + 2000) },
    ]);
  });
  writeFileSync(join(folder, 'signed.yaml'), '[]');
  const { code, stdout } = await cli(['cutover', 'plan', ...files('--no-listing', '--json')], env);
  const { prerequisites } = JSON.parse(stdout) as { readonly prerequisites: readonly { readonly name: string }[] };
  expect(code).toBe(1);
  expect(Object.fromEntries(prerequisites.map((one) => [one.name, one]))).toMatchObject({
    'tables-moved': { standing: 'holds' },
    'checks-passed': { standing: 'blocks', problems: ['sales.orders: row_count failed: 7 rows'] },
    'nothing-left-behind': { standing: 'blocks', problems: [expect.stringMatching(/^sales\.raw: /)] },
    'source-unchanged': { standing: 'noted' },
  });
  writeFileSync(
    join(folder, 'signed.yaml'),
    exceptionFor('moved', 'sales.raw') + exceptionFor('row_count', 'sales.orders'),
  );
  expect(await cli(['cutover', 'plan', ...files()], env)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 check by signature'),
  });
});

test('what was validated before the table was copied again counts as missing', async () => {
  await migrated(async (state, [, orders = '']) => {
    for (const to of ['PENDING', 'RUNNING'] as const)
      valueOf(await advanceJob(state, await jobOf(state, orders), { to }));
    await state.db
      .updateTable('validation_results')
      .set({ validated_at: new Date('2026-01-01T00:00:00Z') })
      .where('migration_job_id', '=', orders)
      .execute();
    valueOf(await advanceJob(state, await jobOf(state, orders), { to: 'COMPLETED' }));
  });
  const { code, stdout } = await cli(['cutover', 'plan', ...files()], env);
  expect([code, stdout]).toEqual([1, expect.stringContaining('sales.orders: schema missing; row_count missing')]);
});

test('go does step after step, waits for approvals, goes on after a failure, and ends where there is no way back', async () => {
  await migrated();
  writeFileSync(join(folder, 'fail-endpoints'), '');
  const stopped = await go();
  expect(stopped).toMatchObject({ code: 1, stderr: expect.stringContaining("'endpoints' failed") });
  expect(stopped.stderr).toContain('endpoints: failed: sh ended with exit code 1');
  const failed = await cli(['cutover', 'status'], env);
  expect([failed.code, failed.stdout]).toEqual([
    1,
    expect.stringMatching(/freeze +done .*\n(.*\n)*.*endpoints +failed/),
  ]);
  expect(failed.stdout).toContain('| token=[redacted] of endpoints');
  expect(failed.stdout).toContain('sales.raw: moved, by grace');

  rmSync(join(folder, 'fail-endpoints'));
  const waits = await go('--approve', 'eve');
  expect(waits.stderr).toMatch(
    /'dns' waits for approval by ada; eve may not approve it\. \[cutover-approval\]\n.*--approve ada/,
  );
  expect(await go('--approve', 'ada')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("'writers-on' waits for approval by somebody"),
  });
  expect(journal()).toEqual(['do freeze', 'do endpoints', 'do endpoints', 'do dns', 'do smoke-test']);

  const complete = await go('--approve', 'grace', '--json');
  expect(complete.code).toBe(0);
  expect(JSON.parse(complete.stdout)).toMatchObject({
    kind: 'CutoverStatus',
    status: 'COMPLETED',
    steps: expect.arrayContaining([
      expect.objectContaining({ name: 'writers-on', status: 'done', approvedBy: 'grace' }),
    ]),
  });
  expect(await back()).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('[cutover-no-way-back]') });
  expect((await cli(['cutover', 'status', '--json'], env)).code).toBe(0);
  expect(await go()).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('is complete: the target takes writes'),
  });
  expect(journal()).toHaveLength(6);
});

test('back takes back what was done, the last step first; then go begins anew', async () => {
  await migrated();
  await go('--approve', 'ada');
  rmSync(join(folder, 'journal'));
  writeFileSync(join(folder, 'fail-endpoints'), '');
  expect(await back()).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("'endpoints' could not be taken back"),
  });
  expect(await go()).toMatchObject({ code: 1, stderr: expect.stringContaining('[cutover-going-back]') });
  rmSync(join(folder, 'fail-endpoints'));
  expect(await back()).toMatchObject({ code: 0, stdout: expect.stringContaining('was taken back') });
  expect(journal()).toEqual(['undo dns', 'undo endpoints', 'undo endpoints', 'undo freeze']);
  expect(await back()).toMatchObject({ code: 1, stderr: expect.stringContaining('[no-cutover]') });
  expect(await go()).toMatchObject({ code: 1, stderr: expect.stringContaining("'dns' waits for approval by ada") });
});

test('writers-on that failed is taken back only if somebody answers for it that nothing was written', async () => {
  await migrated();
  writeSettings(['writers-on']);
  writeFileSync(join(folder, 'fail-writers-on'), '');
  expect(await go('--approve', 'ada')).toMatchObject({ code: 1 });
  rmSync(join(folder, 'fail-writers-on'));
  expect(await back()).toMatchObject({ code: 1, stderr: expect.stringContaining('[cutover-writes-uncertain]') });
  expect(await back('--nothing-written', 'ada', '--json')).toMatchObject({ code: 0 });
  expect(journal()).toEqual(['do writers-on', 'undo writers-on']);
});

describe('wrong files', () => {
  const refused = (text: string): string => {
    writeFileSync(join(folder, 'wrong.yaml'), text);
    const read = readSettings(join(folder, 'wrong.yaml'));
    if (read.ok) throw new Error('it was accepted');
    return read.error.map(({ message, at }) => `${at?.line ?? 0}:${at?.column ?? 0} ${message}`).join('\n');
  };
  const head = 'apiVersion: aws2openstack/v1\nkind: Cutover\n';

  test.each([
    ['no steps', head, "1:1 The file lacks the key 'steps'."],
    ['an unknown step', `${head}steps:\n  freez: {}\n`, "4:3 'steps' has the unknown key 'freez'."],
    [
      'a command line instead of a list',
      `${head}steps:\n  dns: { hook: { run: ./switch.sh dns } }\n`,
      "4:23 'steps.dns.hook.run' must be of type array.",
    ],
    [
      'a value of a variable',
      `${head}steps:\n  dns: { hook: { run: [a], environment: [TOKEN=1] } }\n`,
      "'steps.dns.hook.environment.0' does not have the required form.",
    ],
    ['no YAML', `${head}steps: {`, 'The file is not valid YAML'],
  ])('%s', (_name, text, message) => {
    expect(refused(text)).toContain(message);
  });

  test('a missing file, and a migration that was not started', async () => {
    expect(await back()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('cannot be read (ENOENT). [cutover-file]'),
    });
    await migrated();
    copyFileSync(join(folder, 'cutover.yaml'), join(folder, 'same.yaml'));
    const other = await cli(['cutover', 'plan', ...files(), '--mapping', 'everything-to-iceberg'], env);
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('[plan-of-no-run]') });
    const empty = { ...env, ...engine.env(await engine.fresh()) };
    expect(await cli(['cutover', 'plan', ...files()], empty)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('[cutover-without-run]'),
    });
  });
});

test('the example in examples/cutover is valid, and its hooks can be run', async () => {
  const example = join(import.meta.dirname, '..', '..', 'examples', 'cutover');
  const settings = valueOf(readSettings(join(example, 'cutover.yaml')));
  expect(Object.keys(settings.steps)).toEqual(['freeze', 'endpoints', 'dns', 'smoke-test', 'writers-on']);
  await migrated();
  cpSync(example, folder, { recursive: true });
  // Only what needs no AWS.
  const text = readFileSync(join(folder, 'cutover.yaml'), 'utf8').replace(
    './hooks/freeze.sh, acme-raw',
    './hooks/switch.sh, writers',
  );
  writeFileSync(join(folder, 'cutover.yaml'), text.replace('./hooks/smoke-test.sh', './hooks/switch.sh, tests'));
  for (const name of ['grace@acme.example', 'ada@acme.example']) expect((await go('--approve', name)).code).toBe(1);
  const { code, stdout } = await go('--approve', 'grace@acme.example', '--json');
  expect([code, stdout]).toEqual([0, expect.stringContaining('"output":"endpoints: do"')]);
});

test('of a step without a hook people see that nothing is, or was, done', () => {
  const settings = { steps: {} } as CutoverSettings;
  expect(describePlan({ assessment: 'assessment-1a2b3c', prerequisites: [], settings })).toMatch(
    /freeze .*no hook: nothing is done; do it by hand *\n/,
  );
  const step = (name: string, details: object) => ({
    name,
    status: 'done',
    approvedBy: name === 'dns' ? 'ada' : null,
    last: { details, happened_at: new Date('2026-11-29T10:00:00Z') },
  });
  const shown = {
    assessment: 'assessment-1a2b3c',
    status: 'OPEN',
    steps: [step('freeze', { byHand: true }), step('endpoints', {}), step('dns', { byHand: true })],
    events: [],
  } as unknown as ShownCutover;
  const text = describeCutover(shown);
  expect(text).toMatch(/freeze .* no hook: nothing was done *\n/);
  expect(text).toMatch(/dns .* no hook: nothing was done; approved by ada *\n/);
  expect(text).not.toMatch(/endpoints .*no hook/);
});
