import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileNames, reportSha256 } from '../../assessments/index.js';
import { storeAssessment } from '../../state/index.js';
import type { StateLocation } from '../../state/index.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { valueOf, withStub } from '../support/assess-run.js';
import { manyTables } from '../support/glue-catalogs.js';
import { cli } from '../support/run-cli.js';
import type { CliRun } from '../support/run-cli.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';
import { readAssessment } from '../../assessments/index.js';

const keys = { AWS_ACCESS_KEY_ID: 'AKIDSTUB', AWS_SECRET_ACCESS_KEY: 'very-secret-stub' };
const demo = 'examples/demo/glue-catalog-assessment.json';

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  let location: StateLocation;
  let env: Record<string, string>;
  let folder: string;
  const run = (...args: readonly string[]): Promise<CliRun> => cli(args, env);

  beforeAll(async () => {
    engine = await startEngine(name);
    location = await engine.fresh();
    env = { ...keys, ...engine.env(location) };
    folder = mkdtempSync(join(tmpdir(), 'a2o-assessments-'));
    Object.assign(process.env, keys);
  }, 120_000);
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await engine.stop();
  });

  const assess = (url: string, output: string, ...more: readonly string[]): Promise<CliRun> =>
    run('assess', 'glue-catalog', '--region', 'eu-central-1', '--endpoint-url', url, '--output-dir', output, ...more);

  test('assess --save-to-db stores the run under the id that it prints, and the files are the same', async () => {
    await withStub(manyTables(2, 5, 3), async (stub, output) => {
      const { code, stdout, stderr } = await assess(stub.url, output, '--save-to-db', '--json');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const { stored } = JSON.parse(stdout) as { stored: { id: string; place: string } };
      expect(stored.id).toMatch(/^assessment-[0-9a-f]{6}$/);
      const shown = await run('assessments', 'show', stored.id, '--json');
      const report = valueOf(await readAssessment(join(output, fileNames.report)));
      expect(JSON.parse(shown.stdout)).toMatchObject({
        id: stored.id,
        region: 'eu-central-1',
        total_tables: 10,
        total_partitions: 6,
        report_sha256: reportSha256(report),
        transformation_results: [],
      });
      const { stdout: list } = await run('assessments', 'list');
      expect(list).toContain(stored.id);
      expect((await run('assessments', 'list', '--region', 'us-east-1')).stdout).toMatch(
        /^No assessment of region us-east-1 is stored/,
      );
    });
  });

  test('without --save-to-db only a server that DATABASE_URL names gets the run', async () => {
    await withStub(manyTables(1, 2, 0), async (stub, output) => {
      const { stdout } = await assess(stub.url, output, '--json');
      expect((JSON.parse(stdout) as { stored: unknown }).stored === null).toBe(name === 'embedded');
    });
  });

  test('a database that fails is a failure where it was asked for, and the files are written', async () => {
    await withStub(manyTables(1, 2, 0), async (stub, output) => {
      const broken =
        name === 'server'
          ? { DATABASE_URL: 'postgresql://someone:hunter2hunter2@127.0.0.1:1/nothing' }
          : { A2O_STATE_DIR: '/proc/nowhere/state' };
      const { code, stdout, stderr } = await cli(
        [
          'assess',
          'glue-catalog',
          '--region',
          'eu-central-1',
          '--endpoint-url',
          stub.url,
          '--output-dir',
          output,
          '--save-to-db',
        ],
        { ...keys, ...broken },
      );
      expect({ code, written: existsSync(join(output, fileNames.report)) }).toEqual({ code: 1, written: true });
      expect(stderr).toMatch(/: error: The assessment was written to files, but not stored\. .*\n {2}fix: .*\n$/);
      expect(stderr + stdout).not.toContain('hunter2hunter2');
      expect(stdout).not.toContain('Stored');
    });
  });

  if (name === 'embedded')
    test('a store that another process holds is waited for', async () => {
      await withStub(manyTables(1, 2, 0), async (stub, output) => {
        const holder = await opened(location);
        setTimeout(() => void holder.close(), 1500);
        const { code, stdout } = await assess(stub.url, output, '--save-to-db');
        expect(code).toBe(0);
        expect(stdout).toMatch(/Stored\n {2}as assessment-/);
      });
    });

  test('diff says what only one of both assessed', async () => {
    await withStub(manyTables(3, 1, 0), async (stub, output) => {
      const idOf = async (...more: readonly string[]): Promise<string> => {
        const { stdout } = await assess(stub.url, output, '--save-to-db', '--json', ...more);
        return (JSON.parse(stdout) as { stored: { id: string } }).stored.id;
      };
      const [all, some] = [await idOf(), await idOf('--databases', 'db_001')];
      const { stdout } = await run('assessments', 'diff', all, some);
      expect(stdout.split('\n').slice(1)).toEqual([
        'Not compared, because only one of both read them: db_000, db_002',
        'No differences in what both read.',
        '',
      ]);
      expect((await run('assessments', 'show', some)).stdout).toContain('databases   1 (those that match db_001)');
    });
  });

  test('diff shows the changes between two assessments, and delete deletes one only with --yes', async () => {
    const state = await opened(location);
    const ids = [
      await storeAssessment(state, assessmentWith([table('a.gone'), table('a.same'), table('a.turned')])),
      await storeAssessment(
        state,
        assessmentWith([table('a.new'), table('a.same'), table('a.turned', { format: 'ORC' })]),
      ),
    ];
    await state.close();
    const [before = '', after = ''] = ids;
    const { code, stdout } = await run('assessments', 'diff', before, after);
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(1)).toEqual([
      'Databases changed: a',
      'Tables: 1 added, 1 removed, 1 changed',
      '- a.gone',
      '+ a.new',
      '~ a.turned',
      '    format: PARQUET → ORC',
      '',
    ]);
    expect(
      JSON.parse((await run('assessments', 'diff', before, after, '--json', '--limit', '1')).stdout),
    ).toMatchObject({
      tables: { added: 1, removed: 1, changed: 1 },
      changes: [{ table_name: 'gone', change: 'removed' }],
      truncated: true,
    });
    expect((await run('assessments', 'diff', before, before)).stdout).toMatch(/\nNo differences\.\n$/);
    expect((await run('assessments', 'delete', before)).stdout).toMatch(
      /^Would delete assessment-\w{6} \(3 tables, .*--yes/,
    );
    expect((await run('assessments', 'show', before)).code).toBe(0);
    expect((await run('assessments', 'delete', before, '--yes')).stdout).toMatch(
      /^Deleted assessment-\w{6} \(3 tables/,
    );
    const gone = await run('assessments', 'show', before);
    expect({ code: gone.code, stdout: gone.stdout }).toEqual({ code: 1, stdout: '' });
    expect(gone.stderr).toMatch(
      /error: The store does not contain the assessment .* \[unknown-assessment\]\n {2}fix: /,
    );
  });

  test('a usage error and a failure have different exit codes', async () => {
    expect((await run('assessments', 'list', '--limit', '0')).code).toBe(2);
    expect((await run('assessments', 'diff', 'latest')).code).toBe(2);
    expect((await run('assessments', 'show', 'latest', '--terraform', 'out')).code).toBe(2);
    expect((await run('assessments', 'show', 'no-such-id')).code).toBe(1);
    expect((await run('assessments', 'show', '--terraform', join(folder, 'nothing'))).stderr).toMatch(
      /\[no-terraform\]/,
    );
  });

  test('Terraform that synth wrote is traced to its assessment, until it is changed', async () => {
    const output = join(folder, 'terraform');
    const synth = await cli(['synth', '-a', demo, '-o', output, '--save-to-db'], {
      ...(process.env as Record<string, string>),
      ...env,
    });
    expect(synth.code).toBe(0);
    const id = /Stored with (assessment-\w{6}) /.exec(synth.stderr)?.[1] ?? '';
    const shown = JSON.parse((await run('assessments', 'show', '--terraform', output, '--json')).stdout) as object;
    expect(shown).toMatchObject([
      {
        id,
        total_tables: 208,
        transformation_results: [
          { template_name: 'default', tool_version: '0.1.0', totals: { table: { assessed: 208 } } },
        ],
      },
    ]);
    const text = await run('assessments', 'show', '--terraform', output);
    expect(text.stdout).toMatch(/ by 'default' with 0\.1\.0: plan \w{12}, Terraform \w{12}, \d+ tables mapped/);
    // What Terraform lays beside it changes nothing; a changed configuration is another one.
    writeFileSync(join(output, 'stacks', 'lakehouse', 'terraform.tfstate'), '{}');
    expect((await run('assessments', 'show', '--terraform', output)).code).toBe(0);
    const file = join(output, 'stacks', 'lakehouse', 'cdk.tf.json');
    writeFileSync(file, `${readFileSync(file, 'utf8')} `);
    expect((await run('assessments', 'show', '--terraform', output)).stderr).toMatch(/\[unknown-terraform\]/);
  }, 120_000);
});
