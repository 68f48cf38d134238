import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completedCommands } from '../../cli/completion/completed-commands.js';
import { programOf } from '../../cli/program.js';
import { Interpreter, takeMessages } from '../../waves/local/index.js';
import { machineMove } from '../../waves/state-machine/index.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { innerObjects, jsonOutputOf, jsonOutputs, jsonProblem, objectsAt } from '../support/json-outputs.js';
import { startOpenStackStub } from '../support/openstack-stub.js';
import { cli } from '../support/run-cli.js';
import { opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

jest.setTimeout(240_000);

const commands = completedCommands(
  programOf({ stdout: process.stdout, stderr: process.stderr, env: {} }, () => undefined),
);

test('docs/json-output.md has every command with --json, and only options that they have', () => {
  const withJson = commands.filter(({ options }) => options.some(({ names }) => names.includes('--json')));
  const described = jsonOutputs.filter(({ command }) => !command.includes(' --')).map(({ command }) => command);
  expect(described.toSorted()).toEqual(withJson.map(({ path }) => path).sort());
  for (const { command } of jsonOutputs.filter((each) => each.command.includes(' --'))) {
    const [path, option = ''] = command.split(/ (?=--)/);
    const names = commands.find((each) => each.path === path)?.options.flatMap((each) => each.names) ?? [];
    expect([command, names.includes(option)]).toEqual([command, true]);
  }
});

test('one kind has the same keys wherever it appears', () => {
  const keys = new Map<string, readonly string[]>();
  for (const output of jsonOutputs) {
    if (output.kind === null) continue;
    expect([output.kind, keys.get(output.kind) ?? output.keys]).toEqual([output.kind, output.keys]);
    keys.set(output.kind, output.keys);
  }
});

describe('the check that every test of a command makes', () => {
  const args = ['state', 'export', 'store.gz', '--json'];
  test.each([
    ['{"kind":"StoreExport","place":"p","file":"f","rows":{}}', undefined],
    ['{"kind":"StoreImport","place":"p","file":"f","rows":{}}', 'Its first key is not the kind StoreExport.'],
    ['{"place":"p","file":"f","rows":{}}', 'Its first key is not the kind StoreExport.'],
    ['[]', 'It is not an object.'],
    [
      '{"kind":"StoreExport","place":"p","row":{}}',
      'It lacks [file, rows] and has [row], which docs/json-output.md does not.',
    ],
    ['', undefined],
  ])('%s', (stdout, problem) => {
    expect(jsonProblem(args, stdout)).toBe(problem);
  });

  test('the objects inside are compared, too', () => {
    const item = { key: 'bucket:a', outcome: 'mapped', what: 'bucket a', rule: 'r', at: 'f:1' };
    const planOf = (...items: readonly object[]): string =>
      JSON.stringify({ kind: 'Plan', source: {}, target: {}, totals: totalsOfPlan, items });
    expect(jsonProblem(['plan', '--json'], planOf(item, { ...item, method: 'external' }))).toBeUndefined();
    expect(jsonProblem(['plan', '--json'], planOf(item, { ...item, at: undefined, colour: 'red' }))).toBe(
      'Plan.items[] lacks [at] and has [colour], which docs/json-output.md does not.',
    );
  });

  test('an option can make another result of a command', () => {
    expect(jsonOutputOf(['state', 'migrate', '--json'])?.kind).toBe('StoreMigration');
    expect(jsonOutputOf(['state', 'migrate', '--json', '--dry-run'])?.kind).toBe('StoreMigrationPreview');
    expect(jsonOutputOf(['plan', '--json', '--diff', 'x'])?.kind).toBeNull();
    expect(jsonProblem(['mappings', 'list', '--json'], '{}')).toBe('It is not a list.');
  });
});

const totalsOfPlan = { bucket: {}, database: {}, table: {}, partition: {} };

/** Where another test has objects that this one has not. */
const innerElsewhere: readonly (readonly [place: string, file: string])[] = [
  ['Validation.tables[]', 'test/integration/validation/processes.test.ts'],
  ['Validation.tables[].results[]', 'test/integration/validation/processes.test.ts'],
  ['Validation.unfinished[]', 'test/integration/validation/processes.test.ts'],
  ['ValidationStatus.open[]', 'test/cli/validate-report.test.ts'],
  ['ValidationStatus.tables[]', 'test/cli/validate-report.test.ts'],
  ['ValidationStatus.tables[].results[]', 'test/cli/validate-report.test.ts'],
];

/** Commands that need services or files which other tests have; `cli` compares their output with the page there, too. */
const elsewhere: Readonly<Record<string, string>> = {
  'assess glue-catalog': 'test/cli/assess.test.ts',
  'assess s3': 'test/integration/clients/aws.test.ts',
  'infra authority': 'test/integration/openstack/machine-tests.ts',
  'infra roll': 'test/integration/openstack/machine-tests.ts',
  'waves pre-flight': 'test/waves/sources/pre-flight/pre-flight.test.ts',
  'state grant': 'test/cli/state.test.ts',
  'probe object-store': 'test/support/object-store-probe.ts',
  verify: 'test/validation/certificate/certificate.test.ts',
  'cutover plan': 'test/cli/cutover.test.ts',
  'cutover go': 'test/cli/cutover.test.ts',
  'cutover status': 'test/cli/cutover.test.ts',
  'cutover back': 'test/cli/cutover.test.ts',
  'validate table': 'test/integration/validation/processes.test.ts',
  'validate all': 'test/integration/validation/processes.test.ts',
  'validate report': 'test/cli/validate-report.test.ts',
};

describe('the commands themselves', () => {
  let engine: StateEngine;
  let folder = '';
  beforeAll(async () => {
    engine = await startEngine('embedded');
    folder = mkdtempSync(join(tmpdir(), 'a2o-json-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await engine.stop();
  });

  test('print what the page says', async () => {
    const compared = new Set<string>();
    const inside = new Set<string>();
    const location = await engine.empty();
    const env = engine.env(location);
    const print = async (command: string, ...more: readonly string[]): Promise<unknown> => {
      const args = [...command.split(' '), ...more, '--json'];
      // It throws where the output is not what the page says.
      const { stdout, stderr } = await cli(args, env);
      expect({ args, stdout, stderr }).toMatchObject({ args, stdout: expect.stringMatching(/./) });
      compared.add(jsonOutputOf(args)?.command ?? '');
      const result = JSON.parse(stdout) as { readonly kind: string };
      for (const { place } of innerObjects) if (objectsAt(place, result).length > 0) inside.add(place);
      return result;
    };
    const report = join(folder, 'glue-catalog-assessment.json');
    writeFileSync(report, JSON.stringify(assessmentWith([table('sales.orders'), table('sales.items')])));
    const files = ['--assessment', report];
    const output = join(folder, 'cdktf.out');
    const trino = ['--trino-url', 'https://127.0.0.1:1'];

    await print('state migrate --dry-run');
    await print('state migrate');
    await print('state status');
    await print('state grant --print');
    await print('mappings check default');
    await print('mappings list');
    await print('mappings show default');
    await print('plan', ...files);
    await print('plan', ...files, '--diff', 'everything-to-iceberg');
    await print('explain sales.orders', ...files);
    await print('explain sizing', ...files);
    await print('synth', ...files, '--output', output, '--save-to-db');
    expect(await print('synth', ...files, '--output', output, '--check')).toMatchObject({ problems: [] });
    await print('report', ...files, '--output', join(folder, 'paper'), '--format', 'markdown');
    await print('assessments list');
    await print('assessments show latest');
    await print('assessments show', '--terraform', output);
    await print('assessments diff latest latest');
    await print('migrate plan', ...files, '--no-listing');
    await print('migrate start', ...files, ...trino, '--no-check');
    await print('migrate status');
    for (const order of ['pause', 'resume', 'cancel', 'retry']) await print(`migrate ${order} sales.orders`);
    await print('migrate cancel sales.orders');
    await print('validate status');
    await print('validate cancel');
    for (const tables of ['table sales.orders', 'all']) {
      const handedOver = ['--no-wait', ...files, ...trino];
      await cli(['validate', ...tables.split(' '), ...handedOver], { ...env, A2O_TRINO_PASSWORD: 'p' });
      const args = ['validate', ...tables.split(' '), ...handedOver, '--json'];
      const { stdout } = await cli(args, { ...env, A2O_TRINO_PASSWORD: 'p' });
      expect(JSON.parse(stdout)).toMatchObject({ kind: 'StartedValidation' });
      compared.add(jsonOutputOf(args)?.command ?? '');
    }
    await print('assessments delete latest');

    const settings = 'examples/waves/settings.yaml';
    await print('waves plan examples/waves/waves.yaml');
    await print('waves submit examples/waves/waves.yaml --by ada');
    const state = await opened(location);
    while ((await takeMessages(state, new Interpreter(machineMove), () => new Date())) > 0);
    await state.close();
    await print('waves status');
    await print('waves approve --wave shop --gate change-board --by ada');
    for (const order of ['test', 'cutover']) await print(`waves ${order} --wave pilot --by ada`);
    for (const order of ['rollback', 'finalize']) await print(`waves ${order} --wave pilot --by ada --reason gone`);
    await print('waves synth --environment dev', '--settings', settings, '--output', join(folder, 'waves'));

    // Without a cloud, it is a problem that there is none.
    await print('infra check', ...files);
    const cloud = await startOpenStackStub();
    Object.assign(env, cloud.env);
    try {
      await print('infra status');
    } finally {
      await cloud.stop();
    }

    await print('state export', join(folder, 'state.ndjson.gz'));
    Object.assign(env, engine.env(await engine.fresh()));
    await print('state import', join(folder, 'state.ndjson.gz'));

    const places = innerObjects.map(({ place }) => place);
    expect(new Set([...inside, ...innerElsewhere.map(([place]) => place)])).toEqual(new Set(places));
    for (const [place, file] of innerElsewhere)
      expect([place, readFileSync(file, 'utf8').includes('--json')]).toEqual([place, true]);
    const described = jsonOutputs.map(({ command }) => command);
    expect([...compared, ...Object.keys(elsewhere)].toSorted()).toEqual(described.toSorted());
    for (const [command, file] of Object.entries(elsewhere))
      expect([command, readFileSync(file, 'utf8').includes('--json')]).toEqual([command, true]);
  });
});
