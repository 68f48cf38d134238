import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeProgress, describeRun, describeWorker, duration, size, totalsOf } from '../../cli/migrate/view.js';
import type { TableProgress } from '../../state/index.js';
import type { ShownTable } from '../../cli/migrate/status.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { command } from '../support/processes.js';
import { cli } from '../support/run-cli.js';
import { opened } from '../support/state-engines.js';

const demo = join(import.meta.dirname, '..', '..', 'examples', 'demo');
const files = ['--assessment', demo];
const trino = ['--trino-url', 'https://127.0.0.1:1'];
let folder = '';
let env: Record<string, string> = {};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-migrate-'));
  env = { A2O_STATE_DIR: join(folder, 'state') };
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const keys = { A2O_TARGET_ACCESS_KEY_ID: 'key', A2O_TARGET_SECRET_ACCESS_KEY: 'secret' };

test('plan without listing shows how each table is taken, and its size as far as the assessment knows', async () => {
  const { code, stdout } = await cli(['migrate', 'plan', ...files, '--no-listing'], env);
  expect(code).toBe(0);
  expect(stdout).toMatch(/test_analytics\.sales_data +stream: files as they are/);
  // The largest first; thousands are for --json.
  expect(stdout).toMatch(/^ {2}lakehouse\.fact_orders +stream: Iceberg, files checked +97 GB\n/);
  expect(stdout).toMatch(/and \d+ more \(--json has all\)/);
  const { tables } = JSON.parse((await cli(['migrate', 'plan', ...files, '--no-listing', '--json'], env)).stdout) as {
    readonly tables: readonly { readonly key: string; readonly bytes: number | null }[];
  };
  expect(tables.find(({ key }) => key === 'table:iot.alarms')).toMatchObject({ bytes: null });
  expect(stdout).toMatch(/assets are blocked and stay behind/);
});

test('plan says that the disk for temporary files is full, and leaves nothing there', () => {
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  // No file may grow. Its output goes through pipes.
  const { status, stdout, stderr } = spawnSync(
    'prlimit',
    ['--fsize=0', process.execPath, command, 'migrate', 'plan', ...files, '--no-listing'],
    { encoding: 'utf8', env: { ...process.env, ...env, TMPDIR: temporary } },
  );
  expect([status, stdout, stderr]).toEqual([1, '', expect.stringMatching(/\(EFBIG\)\. \[no-temporary-space\]/)]);
  expect(readdirSync(temporary)).toEqual([]);
});

test('a second start keeps the source of the run, unless another one is given', async () => {
  const small = join(folder, 'glue-catalog-assessment.json');
  writeFileSync(small, JSON.stringify(assessmentWith([table('sales.orders')])));
  const start = ['migrate', 'start', '--assessment', small, ...trino, '--no-check'];
  const source = async (...options: readonly string[]): Promise<unknown> => {
    expect(await cli([...start, ...options], env)).toMatchObject({ code: 0 });
    const state = await opened({ engine: 'embedded', folder: env['A2O_STATE_DIR'] ?? '' });
    const [run] = await state.db.selectFrom('migration_runs').select('connections').execute();
    await state.close();
    return (run?.connections as { readonly source: unknown }).source;
  };
  const given = ['--source-endpoint-url', 'http://127.0.0.1:1', '--source-region', 'eu-west-3'];
  expect(await source(...given)).toEqual({ endpoint: 'http://127.0.0.1:1', region: 'eu-west-3' });
  expect(await source()).toEqual({ endpoint: 'http://127.0.0.1:1', region: 'eu-west-3' });
  expect(await source('--source-endpoint-url', 'http://127.0.0.1:2')).toMatchObject({ endpoint: 'http://127.0.0.1:2' });
}, 120_000);

const byRclone = (engine: string): string => `apiVersion: aws2openstack/v1
kind: MappingTemplate
metadata: { name: by-rclone }
extends: default
rules:
  - { name: large ones, when: { kind: table, database: test_analytics }, to: { engine: ${engine} } }
`;

test('plan and explain say which engine copies a table, and why', async () => {
  const mapping = join(folder, 'mapping.yaml');
  writeFileSync(mapping, byRclone('rclone'));
  const some = [...files, '--mapping', mapping];
  const { stdout } = await cli(['migrate', 'plan', ...some, '--no-listing'], env);
  expect(stdout).toMatch(/test_analytics\.sales_data +rclone \(rule 'large ones'\): files as they are/);
  expect(stdout).toMatch(/lakehouse\.fact_orders +stream: Iceberg/);
  expect(stdout).toMatch(/[1-9] tables? (is|are) read twice/);
  const { tables } = JSON.parse((await cli(['migrate', 'plan', ...some, '--no-listing', '--json'], env)).stdout) as {
    readonly tables: readonly { readonly key: string }[];
  };
  const engineOf = (wanted: string) => tables.find(({ key }) => key === wanted);
  expect(engineOf('table:test_analytics.sales_data')).toMatchObject({ engine: 'rclone', chosenBy: 'large ones' });
  expect(engineOf('table:lakehouse.fact_orders')).toMatchObject({ engine: 'stream', chosenBy: null });
  const explained = await cli(['explain', 'test_analytics.sales_data', ...some], env);
  expect(explained.stdout).toMatch(/table:test_analytics\.sales_data is mapped: .*, copied by rclone\)/);
  expect(explained.stdout).toContain("copied by rclone: the rule 'large ones' says so");
  expect((await cli(['explain', 'lakehouse.fact_orders', ...some], env)).stdout).toMatch(
    /copied by stream: the rule '.*' names no engine/,
  );
});

test('an engine that does not exist is refused by the line of the mapping', async () => {
  const mapping = join(folder, 'mapping.yaml');
  writeFileSync(mapping, byRclone('robocopy'));
  const { code, stderr } = await cli(['migrate', 'plan', ...files, '--mapping', mapping, '--no-listing'], env);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/mapping\.yaml:6:\d+: error: .*robocopy/)]);
});

test('plan says why a bucket cannot be listed', async () => {
  const source = ['--source-endpoint-url', 'http://127.0.0.1:1'];
  const credentials = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
  Object.assign(process.env, credentials);
  const { code, stderr } = await cli(['migrate', 'plan', ...files, ...source], env);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/http:\/\/127\.0\.0\.1:1 gave no complete answer.*\[source-failed\]/),
  ]);
}, 120_000);

test.each([
  ['keys', ['start', ...files, ...trino], {}, /A2O_TARGET_ACCESS_KEY_ID .* is not set.*\[target-keys\]/],
  [
    'a certificate',
    ['start', ...files, ...trino],
    { ...keys, A2O_TRINO_CA_FILE: '/none' },
    /A2O_TRINO_CA_FILE.*\[certificate-file\]/,
  ],
  ['hours', ['start', ...files, ...trino, '--hours', '22-6'], keys, /--hours is '22-6'.*\[run-hours\]/],
  [
    'processes',
    ['worker', '--processes', '2'],
    keys,
    /the embedded store can be used by one process.*\[embedded-store-single\]/,
  ],
  [
    // Of a machine with one core there is nothing wrong.
    'a process for each core',
    ['worker', '--processes', availableParallelism() > 1 ? 'cores' : '2'],
    keys,
    new RegExp(`--processes is ${Math.max(2, availableParallelism())}, but the embedded store`),
  ],
  ['an assessment', ['status'], {}, /The store does not exist yet.*\[store-not-migrated\]/],
] as const)('what is wrong with %s is said, and nothing is stored', async (_name, args, more, message) => {
  const { code, stdout, stderr } = await cli(['migrate', ...args], { ...env, ...more });
  expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(message)]);
});

test.each([
  [['start', ...files], /required option '--trino-url/],
  [['pause'], /name tables, such as sales\.orders, or give --all/],
  [['cancel', 'sales.orders', '--all'], /give names of tables or --all, not both/],
  [['plan', ...files, '--source-region', 'no such'], /It must be a region/],
  [
    ['plan', '--assessment', 'assessment-1a2b3c'],
    /'assessment-1a2b3c' names an assessment of the store.*give glue-catalog-assessment\.json/,
  ],
  [['plan', '--assessment', 'latest'], /'latest' names an assessment of the store/],
  [['worker', '--read-back', '2'], /It must be a number from 0 to 1/],
  [['worker', '--concurrency', '0'], /It must be a whole number from 1 to 1024/],
  [['plan', ...files, '--source-endpoint-url', 'ftp://x'], /It must be an http or https URL/],
] as const)('%j is wrong use', async (args, message) => {
  const { code, stderr } = await cli(['migrate', ...args], env);
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
});

test('start warns of Terraform that was generated from another mapping', async () => {
  const small = join(folder, 'glue-catalog-assessment.json');
  const output = join(folder, 'cdktf.out');
  writeFileSync(small, JSON.stringify(assessmentWith([table('sales.orders')])));
  const warnings = async (...options: readonly string[]): Promise<readonly string[]> => {
    const { code, stderr } = await cli(
      ['migrate', 'start', '--assessment', small, ...trino, '--no-check', ...options],
      env,
    );
    expect(code).toBe(0);
    return stderr.split('\n').filter((line) => line.includes('[synth-stale]'));
  };
  const synth = (...options: readonly string[]) => cli(['synth', '-a', small, '-o', output, ...options], env);
  expect(await warnings()).toEqual([]);
  await synth('--save-to-db', '--mapping', 'everything-to-iceberg');
  const recorded =
    /: warning: The Terraform that was recorded for assessment-\w+ on [\d-]+ was generated from another mapping\./;
  expect(await warnings()).toEqual([expect.stringMatching(recorded)]);
  expect(await warnings('--terraform', output)).toEqual([
    expect.stringMatching(/: warning: The Terraform in '.*' was generated from another mapping\./),
  ]);
  await synth('--save-to-db');
  expect(await warnings()).toEqual([]);
  expect(await warnings('--terraform', output)).toEqual([]);
}, 120_000);

test('start, status, pause, resume and cancel of a run without workers', async () => {
  const mapping = join(folder, 'mapping.yaml');
  writeFileSync(
    mapping,
    `apiVersion: aws2openstack/v1
kind: MappingTemplate
metadata: { name: some }
extends: default
rules:
  - { name: few, when: { kind: table, not: { database: test_logs } }, skip: a test }
`,
  );
  const start = ['migrate', 'start', '--assessment', demo, '--mapping', mapping, ...trino, '--no-check'];
  expect(await cli(start, env)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('2 tables handed to workers'),
  });
  expect(await cli([...start, '--bandwidth', '5'], env)).toMatchObject({
    stdout: expect.stringContaining('0 tables handed to workers, 2 tables had a job before'),
  });
  const other = await cli(['migrate', 'start', ...files, ...trino, '--no-check'], env);
  expect([other.code, other.stderr]).toEqual([1, expect.stringMatching(/another Plan.*\[run-of-other-plan\]/)]);

  expect((await cli(['migrate', 'pause', 'test_logs.access_logs'], env)).stdout).toBe('1 table paused\n');
  const shown = await cli(['migrate', 'status'], env);
  expect(shown.stdout).toMatch(/0 of 2 tables done, 1 waiting, 1 paused · 0 B of 0 B/);
  expect(shown.stdout).toMatch(/test_logs\.access_logs +paused/);
  expect((await cli(['migrate', 'status', demo], env)).stdout).toBe(shown.stdout);
  const refused = await cli(['migrate', 'retry', 'test_logs.access_logs'], env);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringMatching(/^test_logs\.access_logs: error: The job is paused; only .* can be retried/),
  ]);
  const byReport = ['--assessment', join(demo, 'glue-catalog-assessment.json')];
  expect((await cli(['migrate', 'resume', '--all', ...byReport], env)).stdout).toBe('1 table resumed\n');
  const waits = await cli(['migrate', 'retry', 'test_logs.access_logs'], env);
  expect([waits.code, waits.stderr]).toEqual([
    1,
    expect.stringMatching(/is already waiting for a worker.*\[job-status\]/),
  ]);
  expect((await cli(['migrate', 'cancel', '--all'], env)).stdout).toBe('2 tables cancelled\n');
  const again = await cli(['migrate', 'cancel', 'test_logs.access_logs', '--json'], env);
  expect(JSON.parse(again.stdout)).toEqual({
    kind: 'MigrationOrder',
    order: 'cancel',
    tables: ['test_logs.access_logs'],
  });
  const validations = await cli(['validate', 'cancel', '--json'], env);
  expect(JSON.parse(validations.stdout)).toEqual({ kind: 'CancelledValidations', cancelled: 0 });
  const unknown = await cli(['migrate', 'pause', 'no.such'], env);
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringMatching(/\[unknown-table\]/)]);
  const json = JSON.parse((await cli(['migrate', 'status', '--json'], env)).stdout) as { totals: object };
  expect(json.totals).toMatchObject({ tables: 2, open: 0, byStatus: { CANCELLED: 2 } });
}, 120_000);

test('a bucket that would be source and target at once is refused', async () => {
  const mapping = join(folder, 'mapping.yaml');
  writeFileSync(
    mapping,
    `apiVersion: aws2openstack/v1
kind: MappingTemplate
metadata: { name: same }
extends: default
target: { objectStore: { type: ceph-rgw, endpoint: http://127.0.0.1:1 } }
`,
  );
  const source = ['--source-endpoint-url', 'http://127.0.0.1:1'];
  const run = await cli(['migrate', 'start', ...files, '--mapping', mapping, ...source, ...trino], { ...env, ...keys });
  expect([run.code, run.stdout, run.stderr]).toEqual([1, '', expect.stringMatching(/\[source-is-target\]/)]);
});

test('what became of objects that were not copied is shown', () => {
  const tables: readonly ShownTable[] = [
    {
      id: 'one',
      database: 'd',
      table: 't',
      job_type: 'COPY',
      status: 'PAUSED',
      phase: 'copy',
      objects: 20,
      objects_done: 14,
      bytes: 200,
      bytes_done: 140,
      gone: 3,
      failed: 0,
      refused: 3,
      failures: 1,
      rows_done: 0,
      error: 'Three objects\nwere not copied.',
      elapsed_seconds: 1,
      rate: null,
      next_attempt_seconds: null,
      bottleneck: null,
    },
  ];
  const text = describeRun({ assessment: 'assessment-1a2b3c', tables, rate: null }, false);
  expect(text).toMatch(/d\.t {2}paused {2}copy {2}14 of 20 objects {2}140 B of 200 B {2}3 gone, 3 refused/);
  expect(text).toContain('d.t: Three objects\n    were not copied.');
  const running = tables.map((table) => ({ ...table, status: 'RUNNING', rate: 52e6, bottleneck: 'target' }) as const);
  expect(describeRun({ assessment: 'assessment-1a2b3c', tables: running, rate: 52e6 }, false)).toMatch(
    /140 B of 200 B {2}52 MB\/s {2}waits for the target, 3 gone, 3 refused/,
  );
  const waiting = tables.map((table) => ({ ...table, status: 'PENDING', next_attempt_seconds: 200 }) as const);
  expect(describeRun({ assessment: 'assessment-1a2b3c', tables: waiting, rate: null }, false)).toContain(
    'were not copied.\n    next attempt in 3 min; aws2openstack migrate retry makes it due now',
  );
});

test('a worker that ends names the runs whose tables need a person', () => {
  const unfinished = [
    { jobs: 1, command: 'migrate status assessment-1a2b3c' },
    { jobs: 2, command: 'validate status assessment-4d5e6f' },
  ];
  expect(describeWorker({ ended: { completed: 3 }, abandoned: 0, unfinished })).toBe(
    `Attempts: 3 done
1 table failed or wait for a person: aws2openstack migrate status assessment-1a2b3c says why
2 tables failed or wait for a person: aws2openstack validate status assessment-4d5e6f says why
`,
  );
});

test('progress in a line', () => {
  const table = {
    id: 'one',
    database: 'd',
    job_type: 'COPY',
    phase: null,
    rows_done: 0,
    error: null,
    elapsed_seconds: 1,
    gone: 0,
    failed: 0,
    refused: 0,
    failures: 0,
  } as const;
  const tables: readonly TableProgress[] = [
    { ...table, table: 'a', status: 'RUNNING', objects: 2000, objects_done: 500, bytes: 4e9, bytes_done: 1e9 },
    { ...table, table: 'b', status: 'PENDING', objects: null, objects_done: 0, bytes: null, bytes_done: 0 },
    { ...table, table: 'c', status: 'COMPLETED', objects: 1, objects_done: 1, bytes: 1e6, bytes_done: 1e6 },
  ];
  expect(describeProgress('assessment-1a2b3c', totalsOf(tables), 50e6)).toBe(
    'assessment-1a2b3c: 1 of 3 tables done, 1 running, 1 waiting · 1.0 GB of 4.0 GB, 501 of 2,001 objects · 1 table not listed yet · 50 MB/s · 60 s left',
  );
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [12_345_678, '12 MB'],
  [5e15, '5.0 PB'],
  [5e18, '5000 PB'],
])('%d bytes are %s', (bytes, text) => {
  expect(size(bytes)).toBe(text);
});

test.each([
  [0.2, '1 s'],
  [89, '89 s'],
  [3600, '60 min'],
  [86_400, '24.0 h'],
  [864_000, '10.0 days'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
