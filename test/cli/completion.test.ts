import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shells } from '../../cli/completion/command.js';
import { completedCommands } from '../../cli/completion/completed-commands.js';
import { programOf } from '../../cli/program.js';
import { builtInTemplates } from '../../mappings/built-in-templates.js';
import { cli } from '../support/run-cli.js';

const commands = completedCommands(
  programOf({ stdout: process.stdout, stderr: process.stderr, env: {} }, () => undefined),
);

let folder: string;
let script: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-completion-'));
  script = join(folder, 'completion.bash');
  writeFileSync(script, (await cli(['completion', 'bash'])).stdout);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What bash offers for the last of these words, as it would split them. */
function offered(...words: readonly string[]): readonly string[] {
  const program =
    'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _aws2openstack; printf "%s\\n" "${COMPREPLY[@]}"';
  const { stdout, stderr, status } = spawnSync(
    'bash',
    ['--norc', '-uc', program, 'bash', script, 'aws2openstack', ...words],
    {
      encoding: 'utf8',
    },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').filter((line) => line !== '');
}

describe('bash offers', () => {
  test.each<[readonly string[], readonly string[]]>([
    [['mig'], ['migrate']],
    [
      ['migrate', 'st'],
      ['start', 'status'],
    ],
    [
      ['migrate', 'start', '--tr'],
      ['--trino-url', '--trino-user'],
    ],
    [
      ['assess', 'glue-catalog', '--sizes', ''],
      ['listing', 'catalog'],
    ],
    [['assess', 'glue-catalog', '--sizes', '=', 'c'], ['catalog']],
    [
      ['assess', 'glue-catalog', '--sizes', '='],
      ['listing', 'catalog'],
    ],
    // The name of a command as a value of another one.
    [['plan', '--output', 'migrate', '--dif'], ['--diff']],
    [['completion', ''], [...shells]],
    // What only the user knows.
    [['migrate', 'start', '--trino-url', ''], []],
    [
      ['no-such-command', '--'],
      ['--version', '--help'],
    ],
  ])('after %j %j', (words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });

  test('every command after the words before it, and every option after its command', () => {
    expect(commands.length).toBeGreaterThan(60);
    for (const path of ['', 'assess', 'migrate', 'state', 'waves']) {
      const { subcommands } = commands.find((command) => command.path === path) ?? { subcommands: [] };
      const names = subcommands.map(({ name }) => name);
      expect(offered(...path.split(' ').filter((word) => word !== ''), '')).toEqual(names);
      expect(names.length).toBeGreaterThan(2);
    }
    for (const path of ['plan', 'validate all', 'waves finalize', 'dashboard']) {
      const { options } = commands.find((command) => command.path === path) ?? { options: [] };
      expect(offered(...path.split(' '), '-')).toEqual(options.flatMap(({ names }) => names));
      expect(options.length).toBeGreaterThan(3);
    }
  });
});

test('files are offered for values that are files, and words for those that are chosen from a list', () => {
  const options = new Map(
    commands.flatMap(({ path, options: all }) =>
      all.map(({ names, values }) => [`${path} ${names.at(-1)}`, values] as const),
    ),
  );
  expect(options.get('plan --assessment')).toEqual({ kind: 'files', names: [] });
  expect(options.get('plan --mapping')).toEqual({ kind: 'files', names: builtInTemplates() });
  expect(options.get('plan --diff')).toEqual({ kind: 'files', names: builtInTemplates() });
  expect(options.get('waves synth --environment')).toEqual({ kind: 'words', words: ['dev', 'prod'] });
  expect(options.get('plan --json')).toBeUndefined();
  expect(commands.find(({ path }) => path === 'verify')?.values).toEqual({ kind: 'files', names: [] });
});

test('bash offers the built-in templates, and files beside them', () => {
  const all = builtInTemplates();
  expect(all.length).toBeGreaterThan(2);
  for (const words of [
    ['plan', '--mapping'],
    ['mappings', 'show'],
    ['mappings', 'check', 'acme.yaml'],
  ])
    expect(offered(...words, '')).toEqual([...all, ...offeredFiles('')]);
  expect(offered('plan', '--mapping', 'def')).toEqual(['default']);
  expect(offered('plan', '--mapping', 'mappings/templates/def')).toEqual(['mappings/templates/default.yaml']);
  // Bash completes files that are not templates.
  expect(offered('plan', '--assessment', 'ex')).toEqual([]);
});

function offeredFiles(start: string): readonly string[] {
  const { stdout } = spawnSync('bash', ['--norc', '-c', `compgen -f -- '${start}'`], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '');
}

test('bash completes files by itself where the value is one', () => {
  const program = `source '${script}'; complete -p aws2openstack`;
  const { stdout } = spawnSync('bash', ['--norc', '-c', program], { encoding: 'utf8' });
  expect(stdout).toBe('complete -o default -F _aws2openstack aws2openstack\n');
});

test('an unknown shell is refused with those that are known', async () => {
  const { code, stdout, stderr } = await cli(['completion', 'tcsh']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('Allowed choices are bash, zsh, fish.');
});
