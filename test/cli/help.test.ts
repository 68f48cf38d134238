import { describe, expect, test } from '@jest/globals';
import { completedCommands } from '../../cli/completion/completed-commands.js';
import { programOf } from '../../cli/program.js';
import { parseErrorOf } from '../support/parse-command.js';
import { cli } from '../support/run-cli.js';
import { shellCommands } from '../support/shell-commands.js';

const commands = completedCommands(
  programOf({ stdout: process.stdout, stderr: process.stderr, env: {} }, () => undefined),
).filter(({ path }) => !/(^| )help$/.test(path));
const actions = commands.filter(({ subcommands }) => subcommands.length === 0);

async function helpOf(path: string): Promise<string> {
  const { code, stdout } = await cli([...path.split(' ').filter((word) => word !== ''), '--help']);
  expect(code).toBe(0);
  return stdout;
}

describe.each(actions.map(({ path }) => path))('%s --help', (path) => {
  test('says what the command reads, writes and exits with, and has an example of it first', async () => {
    const help = await helpOf(path);
    for (const section of ['Reads:', 'Writes:', 'Exit status:'])
      expect(help).toMatch(new RegExp(`^${section} +\\S`, 'm'));
    expect(help).toMatch(/^Exit status: 0 if .*\n(?: {13}.*\n)* {13}1 if .*\n(?: {13}.*\n)* {13}2 if /m);
    expect(help).toContain(`\nExample:\n  $ aws2openstack ${path}`);
  });

  test('has examples that the command line accepts', async () => {
    const [, examples = ''] = (await helpOf(path)).split('\nExample:\n');
    const lines = shellCommands(examples.replaceAll(/^ +\$ /gm, ''));
    expect(lines.length).toBeGreaterThan(0);
    for (const [program, ...args] of lines) {
      expect(program).toBe('aws2openstack');
      expect([args, await parseErrorOf(args, true)]).toEqual([args, undefined]);
    }
  });
});

test('every command that prints a result has --json', () => {
  const withoutResult: Readonly<Record<string, string>> = {
    completion: 'prints a script',
    dashboard: 'is a server, with --log json',
    mcp: 'is a server of a protocol',
    'mappings schema': 'prints JSON anyway',
    'migrate worker': 'is a worker, with --log json',
    'waves worker': 'is a worker, with --log json',
  };
  const without = actions.filter(({ options }) => !options.some(({ names }) => names.includes('--json')));
  expect(without.map(({ path }) => path).sort()).toEqual(Object.keys(withoutResult).sort());
});

test('descriptions are phrases without a full stop that begin in lower case, and no option lacks one', () => {
  const texts = commands.flatMap(({ path, description, options }) => [
    ...(path === '' ? [] : [{ path, text: description }]),
    ...options.map((option) => ({ path: `${path} ${option.names.at(-1) ?? ''}`, text: option.description })),
  ]);
  const isPhrase = (text: string): boolean =>
    /^([^A-Z]|[A-Z]+\d?\b|Athena|Trino|Terraform)/.test(text) && !text.endsWith('.');
  expect(texts.filter(({ text }) => !isPhrase(text))).toEqual([]);
});

test('the help of the program names the usual order', async () => {
  const help = await helpOf('');
  expect(help).toContain('The usual order: assess, plan, synth, infra check, migrate, validate, cutover.');
});

test('a status command says what it shows, and where its store is', async () => {
  const shown = new Map<string, string>();
  for (const path of actions.map((each) => each.path).filter((each) => each.endsWith(' status'))) {
    const help = await helpOf(path);
    const note = /^Shows (?:.|\n(?!\n))+/m.exec(help)?.[0] ?? '';
    expect([path, note]).toEqual([path, expect.stringMatching(/\S{3}/)]);
    expect([path, [...shown].find(([, text]) => text === note)]).toEqual([path, undefined]);
    shown.set(path, note);
    if (/^Reads: +the store\.$/m.test(help)) expect(help).toMatch(/^ {2}DATABASE_URL /m);
  }
  expect([...shown.keys()]).toEqual(expect.arrayContaining(['migrate status', 'validate status', 'cutover status']));
});
