import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInTemplates } from '../../mappings/built-in-templates.js';
import { cli } from '../support/run-cli.js';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-completion-'));
  for (const shell of ['zsh', 'fish'])
    writeFileSync(join(folder, `completion.${shell}`), (await cli(['completion', shell])).stdout);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function shell(name: string, args: readonly string[]): string {
  const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
  const { stdout, stderr, status, error } = spawnSync(name, args, { encoding: 'utf8', env });
  expect({ error, status, stderr }).toEqual({ error: undefined, status: 0, stderr: '' });
  return stdout;
}

const cases: readonly (readonly [string, readonly string[]])[] = [
  ['mig', ['migrate']],
  ['migrate st', ['start', 'status']],
  ['migrate start --tr', ['--trino-url', '--trino-user']],
  ['assess glue-catalog --sizes ', ['catalog', 'listing']],
  ['assess glue-catalog --sizes=c', ['--sizes=catalog']],
  ['completion ', ['bash', 'fish', 'zsh']],
  ['plan --output migrate --dif', ['--diff']],
];

describe('fish offers', () => {
  test.each(cases)('after "aws2openstack %s"', (line, expected) => {
    const program = `source ${folder}/completion.fish; complete -C 'aws2openstack ${line}'`;
    const offers = shell('fish', ['--no-config', '-c', program])
      .split('\n')
      .flatMap((each) => each.split('\t')[0] ?? [])
      .filter((word) => word !== '');
    expect(offers.sort()).toEqual(expected);
  });

  test('files for a value that is one', () => {
    writeFileSync(join(folder, 'acme.yaml'), '');
    const program = `cd ${folder}; source completion.fish; complete -C 'aws2openstack plan --mapping acm'`;
    expect(shell('fish', ['--no-config', '-c', program])).toBe('acme.yaml\n');
  });

  test('built-in templates, and files beside them', () => {
    const program = `cd ${folder}; source completion.fish; complete -C 'aws2openstack mappings show '`;
    const offers = shell('fish', ['--no-config', '-c', program]).split('\n');
    expect(offers).toEqual(expect.arrayContaining([...builtInTemplates(), 'completion.zsh']));
  });
});

describe('zsh offers', () => {
  // What the completion system provides prints what it would offer, because that needs a terminal.
  const system = `
    compdef() { :; }
    _files() { print FILES; }
    _alternative() { print -l -- "$@"; }
    compadd() { shift; print -l -- "\${(@M)@:#\${PREFIX}*}"; }
    compset() { IPREFIX=\${PREFIX%%=*}=; PREFIX=\${PREFIX#*=}; }
    _describe() { local -a all; all=("\${(@P)@[-1]}"); print -l -- "\${(@M)\${(@)all%%:*}:#\${PREFIX}*}"; }`;
  const offersAfter = (line: string): readonly string[] => {
    const program = `${system}
      source ${folder}/completion.zsh
      words=("\${(@s: :)1}") CURRENT=$#words PREFIX=$words[-1] IPREFIX=
      _aws2openstack`;
    return shell('zsh', ['-fc', program, 'zsh', `aws2openstack ${line}`])
      .split('\n')
      .filter((word) => word !== '');
  };

  test.each(cases)('after "aws2openstack %s"', (line, expected) => {
    const prefix = /--\S+=/.exec(line.split(' ').at(-1) ?? '')?.[0] ?? '';
    const offers = offersAfter(line).map((word) => `${prefix}${word}`);
    expect(offers.sort()).toEqual(expected);
  });

  test('files for a value that is one', () => {
    expect(offersAfter('plan --assessment acm')).toEqual(['FILES']);
  });

  test('built-in templates, and files beside them', () => {
    const offers = [`templates:built-in template:(${builtInTemplates().join(' ')})`, 'files:file:_files'];
    expect(offersAfter('plan --mapping acm')).toEqual(offers);
    expect(offersAfter('mappings show ')).toEqual(offers);
  });
});
