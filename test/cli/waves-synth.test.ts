import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli } from '../support/run-cli.js';

const example = join('examples', 'waves', 'settings.yaml');
const text = readFileSync(example, 'utf8');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-waves-synth-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('the Terraform of an environment is written, with the bundled functions, and what to run next', async () => {
  const output = join(folder, 'out');
  const { code, stdout, stderr } = await cli([
    'waves',
    'synth',
    '--environment',
    'dev',
    '--settings',
    example,
    '--output',
    output,
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`The Terraform of the environment dev is in ${output}.`);
  expect(stdout).toContain('An administrator applies');
  expect(readdirSync(join(output, 'stacks')).sort()).toEqual(['waves-dev', 'waves-dev-deployer']);
  const archives = readdirSync(join(output, 'stacks', 'waves-dev', 'functions'));
  expect(archives).toHaveLength(8);
  // The signature of a ZIP file.
  for (const name of archives)
    expect(readFileSync(join(output, 'stacks', 'waves-dev', 'functions', name)).subarray(0, 4)).toEqual(
      Buffer.from('PK\x03\x04'),
    );
});

test('--json prints the folder and the stacks', async () => {
  const output = join(folder, 'json');
  const args = ['waves', 'synth', '--environment', 'dev', '--settings', example, '--output', output, '--json'];
  const { code, stdout } = await cli(args);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    kind: 'WavesSynth',
    environment: 'dev',
    folder: output,
    stacks: expect.arrayContaining(['waves-dev', 'waves-dev-deployer']),
  });
});

describe('settings that are wrong are refused with line and column, and nothing is written', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      'a name in upper case',
      text.replace('name: acme', 'name: Acme'),
      /:4:7: error: 'name' does not have the required form/,
    ],
    [
      'an unknown key',
      text.replace('slack: true', 'slak: true'),
      /:\d+:5: error: 'environments\.prod' has the unknown key 'slak'/,
    ],
    [
      'tokens without an issuer',
      text.replace(/ +issuer:.*\n/, ''),
      /'environments\.prod\.api\.access' lacks the key 'issuer'/,
    ],
    [
      'days that CloudWatch does not know',
      text.replace('slack: true', 'logRetentionDays: 6'),
      /must be one of 1, 3, 5, 7/,
    ],
    ['no YAML', 'name: [', /not valid YAML/],
  ];
  test.each(cases)('%s', async (_, content, named) => {
    const file = join(folder, 'settings.yaml');
    const output = join(folder, 'none');
    writeFileSync(file, content);
    const { code, stderr } = await cli([
      'waves',
      'synth',
      '--environment',
      'prod',
      '--settings',
      file,
      '--output',
      output,
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(named);
    expect(stderr).toContain('fix: ');
    expect(existsSync(output)).toBe(false);
  });

  test('an environment that the file does not have', async () => {
    const file = join(folder, 'dev-only.yaml');
    writeFileSync(file, text.replace(/ {2}prod:[\s\S]*/, ''));
    const { code, stderr } = await cli(['waves', 'synth', '--environment', 'prod', '--settings', file]);
    expect(code).toBe(1);
    expect(stderr).toContain("no settings for the environment 'prod'");
  });

  test('a file that does not exist', async () => {
    const { code, stderr } = await cli([
      'waves',
      'synth',
      '--environment',
      'dev',
      '--settings',
      join(folder, 'nothing.yaml'),
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('cannot be read (ENOENT)');
  });
});

test('an environment that does not exist is wrong use', async () => {
  const { code } = await cli(['waves', 'synth', '--environment', 'test', '--settings', example]);
  expect(code).toBe(2);
});
