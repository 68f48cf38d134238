import { describe, expect, test } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { completedCommands } from '../../cli/completion/completed-commands.js';
import { programOf } from '../../cli/program.js';
import { parseErrorOf } from '../support/parse-command.js';
import { documentedCommands, shellCommands } from '../support/shell-commands.js';
import type { DocumentedCommand } from '../support/shell-commands.js';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = globSync(['{README,CONTRIBUTING,SECURITY}.md', 'docs/*.md', 'docs/waves/*.md', 'packages/*/*.md'], {
  cwd: root,
});

const program = programOf({ stdout: process.stdout, stderr: process.stderr, env: {} }, () => undefined);
const commandNames = new Set(program.commands.map((command) => command.name()));
const scripts = new Set(
  globSync(['package.json', 'packages/*/package.json'], { cwd: root }).flatMap((path) =>
    Object.keys((JSON.parse(read(path)) as { readonly scripts: object }).scripts),
  ),
);
const targets = new Set([...read('Makefile').matchAll(/^([a-z][a-z-]*):/gm)].map(([, target]) => target));

/** The arguments of `aws2openstack`; of a span of code also without the program's name, such as `migrate status --all`. */
function argumentsOf({ words, isWhole }: DocumentedCommand): readonly string[] | undefined {
  const start = words[0] === 'npx' ? 1 : 0;
  if (words[start] === 'aws2openstack') return words.slice(start + 1);
  if (words[0] === 'node' && words[1] === 'cli/aws2openstack.mjs') return words.slice(2);
  const isShortForm =
    !isWhole && words.length > 1 && commandNames.has(words[0] ?? '') && /^(--)?[a-z]/.test(words[1] ?? '');
  return isShortForm ? words : undefined;
}

test.each(pages)('every command of aws2openstack in %s exists, with its options and values', async (page) => {
  const errors: string[] = [];
  for (const command of documentedCommands(read(page))) {
    const args = argumentsOf(command);
    const error = args === undefined ? undefined : await parseErrorOf(args, command.isWhole);
    if (error !== undefined) errors.push(`${command.words.join(' ')}: ${error}`);
  }
  expect(errors).toEqual([]);
});

test('the pages name enough commands for this to mean something', () => {
  const found = pages.flatMap((page) =>
    documentedCommands(read(page)).flatMap((command) => argumentsOf(command) ?? []),
  );
  expect(found.length).toBeGreaterThan(200);
});

test.each(pages)('every target of make and every script of npm in %s exists', (page) => {
  const unknown = documentedCommands(read(page))
    .map(({ words }) => words)
    .filter(([name, first = '', second = '']) => {
      if (name === 'make') return /^[a-z]/.test(first) && !targets.has(first);
      return name === 'npm' && first === 'run' && !scripts.has(second);
    });
  expect(unknown).toEqual([]);
});

describe('the messages of docs/diagnostics.md', () => {
  const named = [...read('docs/diagnostics.md').matchAll(/aws2openstack((?: [a-z][a-z0-9-]+)+)((?: --[a-z-]+)*)/g)];

  test('name commands and options that exist', () => {
    const known = new Map(completedCommands(program).map((command) => [command.path, command]));
    const wrong = named.filter(([, names = '', flags = '']) => {
      const words = names.trim().split(' ');
      const path = [words.slice(0, 2).join(' '), words[0] ?? ''].find((each) => known.has(each));
      // Such as `aws2openstack reads it`.
      if (path === undefined) return flags !== '';
      const options = known.get(path)?.options.flatMap((option) => option.names) ?? [];
      return flags.split(' ').some((flag) => flag !== '' && !options.includes(flag));
    });
    expect(wrong.map(([text]) => text)).toEqual([]);
    expect(named.length).toBeGreaterThan(30);
  });
});

describe('a script is read as a shell reads it', () => {
  test.each<[string, readonly (readonly string[])[]]>([
    ['a b # c', [['a', 'b']]],
    ['a b#c', [['a', 'b#c']]],
    ['A=1 a "b \\" c" \\\n  d', [['a', 'b " c', 'd']]],
    ["a 'b $c' | d && e >f 2>&1; g", [['a', 'b $c'], ['d'], ['e'], ['g']]],
    ['source <(a b)', [['source'], ['a', 'b']]],
    ['a "$(b c)"', [['a', '$(b c)']]],
    ['A=1', []],
  ])('%j', (script, commands) => {
    expect(shellCommands(script)).toEqual(commands);
  });

  test('a command that does not exist would be found', async () => {
    expect(await parseErrorOf(['migrate', 'begin'], true)).toContain("unknown command 'begin'");
    expect(await parseErrorOf(['plan', '--assessment', 'out', '--dif', 'x'], true)).toContain("unknown option '--dif'");
    expect(await parseErrorOf(['plan'], true)).toContain("required option '-a, --assessment <file>' not specified");
    expect(await parseErrorOf(['plan'], false)).toBeUndefined();
    expect(await parseErrorOf(['plan', '--assesment', 'out'], true)).toContain('(Did you mean --assessment?)');
    expect(await parseErrorOf(['waves', 'synth', '--environment', 'test'], false)).toContain(
      'Allowed choices are dev, prod',
    );
  });
});
