import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { AssessedTable } from '../../assessments/index.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { startOpenStackStub } from '../support/openstack-stub.js';
import { cdktfSynth, plan, run, validate } from '../support/terraform.js';
import type { ProgramRun } from '../support/terraform.js';

const topologies = ['small', 'standard', 'ha'] as const;
const stacks = ['lakehouse', 'lakehouse-storage'] as const;

const tables = [
  table('sales.orders', { partitionKeys: [{ name: 'day', type: 'date' }] }),
  table('sales.customers', { format: 'ICEBERG' }),
  table('sales.v', {
    format: 'VIEW',
    view: { dialect: 'presto', sql: 'SELECT id FROM orders', catalog: 'awsdatacatalog', schema: 'sales' },
  }),
  table('web-logs.hits', { format: 'JSON', location: 's3://logs/hits/' }),
  table('raw.delta', { format: 'DELTA' }),
];

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-synth-'));
  for (const topology of topologies)
    expect(await cdktfSynth(join(folder, topology), inputs(topology, topology))).toMatchObject({ code: 0 });
}, 120_000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The inputs of a synth of `topology` into `output`, as the app's environment. */
function inputs(output: string, topology: string, lake: readonly AssessedTable[] = tables): Record<string, string> {
  const assessment = write(`${output}.json`, JSON.stringify(assessmentWith(lake)));
  const mapping = write(
    `${output}.yaml`,
    `apiVersion: aws2openstack/v1\nkind: MappingTemplate\nmetadata: { name: acme }\nextends: default\ntarget:\n  topology: ${topology}\n  network: { external: public, allowFrom: [198.51.100.0/24] }\n  keyPair: ops\n  zones: [${output === 'no-zones' ? '' : 'az-1, az-2, az-3'}]\n`,
  );
  return { A2O_ASSESSMENT: assessment, A2O_MAPPING: mapping };
}

/** What the cdktf CLI starts, started without it, which takes seconds. */
function appSynth(output: string, env: Record<string, string>): Promise<ProgramRun> {
  return run('node', ['dist/main.js'], { env: { CDKTF_OUTDIR: join(folder, output), ...env } });
}

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Path → content of every file that a synth wrote, without what `init` leaves there. */
function filesOf(output: string): Record<string, string> {
  const top = join(folder, output);
  return Object.fromEntries(
    readdirSync(top, { recursive: true, encoding: 'utf8' })
      .map((name) => join(top, name))
      .filter((path) => statSync(path).isFile() && !path.includes('/.terraform') && !path.includes('/.tofu'))
      .map((path) => [relative(top, path), readFileSync(path, 'latin1')]),
  );
}

describe.each(topologies)('topology %s', (topology) => {
  test.each(stacks.flatMap((stack) => [['terraform', stack] as const, ['tofu', stack] as const]))(
    '%s accepts the stack %s with the real provider',
    async (program, stack) => {
      const { code, output } = await validate(program, join(folder, topology, 'stacks', stack));
      expect(output).toContain('The configuration is valid');
      expect(code).toBe(0);
    },
    120_000,
  );

  test('two synths are byte-identical, whatever the time zone and the locale', async () => {
    const again = `${topology}-again`;
    const elsewhere = { TZ: 'Asia/Tokyo', LANG: 'tr_TR.UTF-8' };
    expect(await appSynth(again, { ...inputs(again, topology), ...elsewhere })).toMatchObject({ code: 0 });
    expect(filesOf(again)).toEqual(filesOf(topology));
  }, 60_000);

  test('adding a table to the catalog changes only what belongs to it', async () => {
    const more = `${topology}-more`;
    const lake = [...tables, table('sales.returns')];
    expect(await appSynth(more, inputs(more, topology, lake))).toMatchObject({ code: 0 });
    const [before, after] = [filesOf(topology), filesOf(more)];
    const changed = Object.keys(after).filter((path) => after[path] !== before[path]);
    expect(changed.sort()).toEqual([
      'aws2openstack-synth.json',
      ...['cdk.tf.json', 'registration/hive.ndjson', 'registration/manifest.json'].map(
        (path) => `stacks/lakehouse-storage/${path}`,
      ),
    ]);

    const lines = (files: Record<string, string>): string[] =>
      (files['stacks/lakehouse-storage/registration/hive.ndjson'] ?? '').split('\n');
    expect(lines(after).filter((line) => !lines(before).includes(line))).toEqual([
      expect.stringContaining('"key":"table:sales.returns"'),
    ]);

    type Resources = Record<string, Record<string, unknown>>;
    const resources = (files: Record<string, string>): [string, unknown][] =>
      Object.entries(
        (JSON.parse(files['stacks/lakehouse-storage/cdk.tf.json'] ?? '') as { resource: Resources }).resource,
      ).flatMap(([type, all]) =>
        Object.entries(all).map(([id, resource]): [string, unknown] => [`${type}.${id}`, resource]),
      );
    const old = new Map(resources(before));
    const different = resources(after)
      .filter(([id, resource]) => JSON.stringify(old.get(id)) !== JSON.stringify(resource))
      .map(([id]) => id);
    expect(resources(after)).toHaveLength(old.size);
    for (const id of different) expect(id).toMatch(/^openstack_objectstorage_object_v1\.RegistrationManifest/);
  }, 60_000);

  test.each(stacks)(
    'terraform plans the stack %s, and no secret is in what it prints',
    async (stack) => {
      const cloud = await startOpenStackStub();
      try {
        const { code, output } = await plan(join(folder, topology, 'stacks', stack), cloud.env);
        expect(output).toMatch(/Plan: \d+ to add, 0 to change, 0 to destroy/);
        expect(code).toBe(0);
        expect(output).not.toContain(cloud.password);
        // Secrets appear by reference only, and references are made by the apply.
        const values = [...output.matchAll(/^\s+\+ (?:payload|secret_ref|password|admin_pass|secret)\s+= (.+)$/gm)].map(
          ([, value]) => value,
        );
        expect(values.filter((value) => value !== '(known after apply)')).toEqual([]);
      } finally {
        await cloud.stop();
      }
    },
    120_000,
  );

  test('no absolute path, no secret and no time is in what is written', () => {
    for (const [path, content] of Object.entries(filesOf(topology))) {
      expect([path, content]).toEqual([path, expect.not.stringContaining(process.cwd())]);
      expect([path, content]).toEqual([
        path,
        expect.not.stringMatching(
          /AKIA[0-9A-Z]{16}|BEGIN [A-Z ]*PRIVATE KEY|"(payload|secret|password)":\s*"(?!\$\{)[^"]/,
        ),
      ]);
      expect([path, content]).toEqual([path, expect.not.stringContaining(new Date().toISOString().slice(0, 10))]);
    }
  });
});

describe('what cannot be synthesized is said once, with its fix, and nothing is written', () => {
  test.each<[string, Record<string, string>, string]>([
    ['a missing assessment', { A2O_ASSESSMENT: '/no/such.json' }, '[file-missing]'],
    ['an unknown template', { A2O_MAPPING: 'defualt' }, "Did you mean 'default'?"],
    ['variables that are no object', { A2O_VARS: '[1]' }, '[bad-variables]'],
    ['a variable that nobody declared', { A2O_VARS: '{"x":"y"}' }, '[unknown-variable]'],
  ])(
    '%s',
    async (name, env, message) => {
      const output = `failed-${name.replaceAll(' ', '-')}`;
      const { code, output: text } = await appSynth(output, { ...inputs(output, 'small'), ...env });
      expect(code).not.toBe(0);
      expect(text).toContain(message);
      expect(text).toMatch(/\n\s+fix: /);
      expect(text).not.toMatch(/^\s+at .*\.ts:\d+/m);
      expect(existsSync(join(folder, output, 'stacks', 'lakehouse', 'cdk.tf.json'))).toBe(false);
    },
    60_000,
  );

  test('zones that are not named', async () => {
    const { code, output } = await cdktfSynth(join(folder, 'no-zones'), inputs('no-zones', 'ha'));
    expect(code).not.toBe(0);
    expect(output).toContain('[no-zones]');
    expect(existsSync(join(folder, 'no-zones', 'stacks', 'lakehouse', 'cdk.tf.json'))).toBe(false);
  }, 60_000);
});
