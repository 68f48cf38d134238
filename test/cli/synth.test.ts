import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cli } from '../support/run-cli.js';
import { cdktfSynth, run } from '../support/terraform.js';

const demo = 'examples/demo/glue-catalog-assessment.json';
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-cli-synth-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Path → content. */
function filesBelow(top: string): Record<string, string> {
  const files = readdirSync(top, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(top, path)).isFile(),
  );
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(top, path), 'latin1')]));
}

test('synth writes byte for byte what `cdktf synth` writes', async () => {
  const ours = join(folder, 'new', 'folders', 'ours');
  const { code, stdout } = await cli(['synth', '--assessment', demo, '--output', ours]);
  expect(code).toBe(0);
  expect(stdout).toContain(`The Terraform is in ${ours}.`);
  const plain = join(folder, 'plain');
  // With nothing set the app lays out the demo.
  expect(await cdktfSynth(plain, {})).toMatchObject({ code: 0 });
  const written = filesBelow(join(plain, 'stacks'));
  expect(Object.keys(written)).toEqual(
    expect.arrayContaining(['lakehouse/cdk.tf.json', 'lakehouse/config/bundle.tar', 'lakehouse-storage/cdk.tf.json']),
  );
  expect(filesBelow(join(ours, 'stacks'))).toEqual(written);
}, 120_000);

test('--json prints the folder and the stacks, and a second run the same', async () => {
  const output = join(folder, 'json');
  const run = () => cli(['synth', '--assessment', demo, '--output', output, '--json'], { A2O_SAVE_TO_DB: '0' });
  const { code, stdout } = await run();
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    kind: 'Synth',
    folder: output,
    stacks: ['lakehouse', 'lakehouse-storage'],
    warnings: expect.any(Array),
    stored: null,
  });
  expect((await run()).stdout).toBe(stdout);
});

test('synth says when its output is already there; --check says what it is not that of', async () => {
  const output = join(folder, 'again');
  const synth = (...args: readonly string[]) => cli(['synth', '--assessment', demo, '--output', output, ...args]);
  expect(await synth('--check')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('does not say what it was generated from'),
  });
  expect(existsSync(output)).toBe(false);
  await synth();
  expect(await synth('--check')).toMatchObject({ code: 0, stdout: expect.stringContaining('is that of these inputs') });
  const written = statSync(join(output, 'manifest.json')).mtimeMs;
  expect(await synth()).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('is already that of these inputs; nothing was written.'),
  });
  expect(statSync(join(output, 'manifest.json')).mtimeMs).toBe(written);
  const other = await synth('--check', '--mapping', 'everything-to-iceberg');
  expect(other).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/was generated from another mapping\. \[synth-stale\]/),
  });
  const edited = join('stacks', 'lakehouse', 'cdk.tf.json');
  writeFileSync(join(output, edited), '{}');
  expect(await synth('--check')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`changed or removed since: ${edited}.`),
  });
  expect((await synth()).stderr).toContain(`had been changed since the last synth, and were replaced: ${edited}.`);
  expect(await synth('--check')).toMatchObject({ code: 0 });
}, 120_000);

test('warnings of the constructs are printed', async () => {
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
  const { code, stderr } = await cli(['synth', '-a', demo, '-m', mapping, '-o', join(folder, 'open')]);
  expect(code).toBe(0);
  const open = (key: string): string =>
    `warning: target.network.${key} opens Trino to the entire internet; list the networks of your users there instead.`;
  expect(stderr.split('\n').filter((line) => line.startsWith('warning'))).toEqual([
    open('allowFrom'),
    open('monitorFrom'),
  ]);
}, 120_000);

test('a folder that cannot be created is one problem, reported before anything is written', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  for (const output of [file, join(file, 'below'), join(file, 'further', 'below')]) {
    const { code, stdout, stderr } = await cli(['synth', '-a', demo, '-o', output]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^\S+: error: The Terraform cannot be written to '.*ENOTDIR.* \[cannot-write\]\n {2}fix: .*\n$/m,
    );
  }
});

test.each(['', ' '])("--output '%s', such as an unset variable, is a usage error", async (output) => {
  const { code, stdout, stderr } = await cli(['synth', '-a', demo, '-o', output]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain("option '-o, --output <folder>' argument");
  expect(stderr).toContain('It is empty; name a folder');
});

test('folders of another app under stacks, which cdktf would remove, are kept', async () => {
  const output = join(folder, 'theirs');
  const state = join(output, 'stacks', 'networking', 'terraform.tfstate');
  mkdirSync(dirname(state), { recursive: true });
  writeFileSync(state, '{}');
  const { code, stderr } = await cli(['synth', '--assessment', demo, '--output', output]);
  expect([code, stderr]).toEqual([1, expect.stringContaining('stacks contains entries of other stacks (networking)')]);
  const plain = await run('node', ['dist/main.js'], { env: { CDKTF_OUTDIR: output } });
  expect([plain.code, plain.output]).toEqual([1, expect.stringContaining('[foreign-stacks]')]);
  expect(readFileSync(state, 'utf8')).toBe('{}');
}, 60_000);

test('a disk that is full is one problem without a stack trace', async () => {
  const output = join(folder, 'full');
  const env = { CDKTF_OUTDIR: output };
  expect(await run('node', ['dist/main.js'], { env })).toMatchObject({ code: 0 });
  const before = filesBelow(output);
  // No file may be larger than 8 KiB.
  const { code, output: said } = await run('bash', ['-c', 'ulimit -f 8; exec node dist/main.js'], { env });
  expect([code, said]).toEqual([
    1,
    expect.stringMatching(/error: The Terraform was not written, and the existing files are unchanged: \S+ cannot be/),
  ]);
  expect(filesBelow(output)).toEqual(before);
  expect(said).not.toContain(' at ');
}, 60_000);

test('of inputs that are wrong nothing is written', async () => {
  const output = join(folder, 'never');
  const { code, stdout, stderr } = await cli(['synth', '-a', demo, '-m', 'defualt', '-o', output]);
  expect({ code, stdout, exists: existsSync(output) }).toEqual({ code: 1, stdout: '', exists: false });
  expect(stderr).toMatch(/^defualt: error: .*\[template-not-found\]\n {2}fix: Did you mean 'default'\?\n$/);
});
