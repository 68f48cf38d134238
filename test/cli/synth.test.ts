import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cli } from '../support/run-cli.js';
import { run } from '../support/terraform.js';

const demo = 'examples/demo/glue-catalog-assessment.json';
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-cli-synth-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('synth writes the Terraform of the demo, and with nothing set the app writes the same', async () => {
  const ours = join(folder, 'new', 'folders', 'ours');
  const { code, stdout } = await cli(
    ['synth', '--assessment', demo, '--output', ours],
    process.env as Record<string, string>,
  );
  expect(code).toBe(0);
  expect(stdout).toContain(`The Terraform is in ${ours}.`);
  const plain = join(folder, 'plain');
  expect(await run('tsx', ['main.ts'], { env: { CDKTF_OUTDIR: plain } })).toMatchObject({ code: 0 });
  for (const stack of ['lakehouse', 'lakehouse-storage']) {
    const file = join('stacks', stack, 'cdk.tf.json');
    expect(readFileSync(join(plain, file), 'utf8')).toBe(readFileSync(join(ours, file), 'utf8'));
  }
}, 120_000);

test('what the constructs warn of is said', async () => {
  const mapping = join(folder, 'open.yaml');
  writeFileSync(
    mapping,
    `apiVersion: aws2openstack/v1
kind: MappingTemplate
metadata: { name: open }
extends: default
target: { network: { external: public, allowFrom: [0.0.0.0/1, 128.0.0.0/1], monitorFrom: [0.0.0.0/0] } }
`,
  );
  const { code, stderr } = await cli(
    ['synth', '-a', demo, '-m', mapping, '-o', join(folder, 'open')],
    process.env as Record<string, string>,
  );
  expect(code).toBe(0);
  const open = (key: string): string =>
    `warning: target.network.${key} lets the whole internet reach Trino; name the networks of your people.`;
  expect(stderr.split('\n').filter((line) => line.startsWith('warning'))).toEqual([
    open('allowFrom'),
    open('monitorFrom'),
  ]);
}, 120_000);

test('a folder that cannot be made is one problem, said before cdktf is started', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  for (const output of [file, join(file, 'below'), join(file, 'further', 'below')]) {
    const { code, stdout, stderr } = await cli(['synth', '-a', demo, '-o', output]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^\S+: error: The Terraform cannot be written to '.*ENOTDIR.* \[cannot-write\]\n {2}fix: .*\n$/,
    );
  }
});

test('what another app left under stacks, which cdktf would remove, stays', async () => {
  const output = join(folder, 'theirs');
  const state = join(output, 'stacks', 'networking', 'terraform.tfstate');
  mkdirSync(dirname(state), { recursive: true });
  writeFileSync(state, '{}');
  const { code, stderr } = await cli(['synth', '--assessment', demo, '--output', output]);
  expect([code, stderr]).toEqual([1, expect.stringContaining('stacks holds what no lakehouse has (networking)')]);
  const plain = await run('tsx', ['main.ts'], { env: { CDKTF_OUTDIR: output } });
  expect([plain.code, plain.output]).toEqual([1, expect.stringContaining('[foreign-stacks]')]);
  expect(readFileSync(state, 'utf8')).toBe('{}');
}, 60_000);

test('a disk that is full is one problem without a stack trace', async () => {
  const output = join(folder, 'full');
  mkdirSync(output);
  symlinkSync('/dev/full', join(output, 'manifest.json'));
  const { code, output: said } = await run('tsx', ['main.ts'], { env: { CDKTF_OUTDIR: output } });
  expect([code, said]).toEqual([
    1,
    expect.stringMatching(/error: The Terraform is not whole: \S+ cannot be written \(ENOSPC\)/),
  ]);
  expect(said).not.toContain(' at ');
}, 60_000);

test('inputs that are wrong are said before cdktf is started, and nothing is written', async () => {
  const output = join(folder, 'never');
  const { code, stdout, stderr } = await cli(
    ['synth', '-a', demo, '-m', 'defualt', '-o', output],
    process.env as Record<string, string>,
  );
  expect({ code, stdout, exists: existsSync(output) }).toEqual({ code: 1, stdout: '', exists: false });
  expect(stderr).toMatch(/^defualt: error: .*\[template-not-found\]\n {2}fix: Did you mean 'default'\?\n$/);
});
