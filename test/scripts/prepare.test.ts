import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

let bare: string;
beforeEach(() => {
  bare = mkdtempSync(join(tmpdir(), 'bare-machine-'));
  for (const tool of ['bash', 'dirname']) {
    symlinkSync(execFileSync('bash', ['-c', `type -P ${tool}`], { encoding: 'utf8' }).trim(), join(bare, tool));
  }
});
afterEach(() => {
  rmSync(bare, { recursive: true, force: true });
});

test.each([
  ['test', ['node', 'npm', 'terraform', 'go', 'python3', 'apt-get']],
  ['integration', ['node', 'npm', 'terraform', 'go', 'python3', 'mvn', 'apt-get']],
])(
  'everything that a bare machine lacks for `%s` is named at once, each with the command that installs it',
  (parts, lacked) => {
    const { status, stderr } = spawnSync(join(bare, 'bash'), ['scripts/prepare.sh', parts], {
      cwd: root,
      env: { PATH: bare, HOME: bare },
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    const lines = stderr.trim().split('\n');
    const missing = lines.filter((line) => line.startsWith('error: ')).map((line) => line.split(' ')[1]);
    expect([...new Set(missing)]).toEqual(lacked);
    expect(lines.filter((line) => line.startsWith('  fix: '))).toHaveLength(missing.length);
  },
);

test.each(['test', 'test-integration'])('`make %s` on a bare machine still ends with its closing line', (target) => {
  const { status, stdout } = spawnSync(join(bare, 'bash'), [`scripts/${target}.sh`], {
    cwd: root,
    env: { PATH: bare, HOME: bare },
    encoding: 'utf8',
  });
  expect([status, stdout]).toEqual([1, '0 passed, 1 failed\n']);
});

test('every target of the Makefile is in its help, and the pipeline calls make test', () => {
  const help = execFileSync('make', ['help'], { cwd: root, encoding: 'utf8' });
  const targets = [...readFileSync(join(root, 'Makefile'), 'utf8').matchAll(/^([a-z-]+):/gm)].map(([, name]) => name);
  expect(targets).toEqual(expect.arrayContaining(['demo', 'test', 'bench', 'toolchain', 'clean']));
  for (const target of targets) expect(help).toContain(`make ${target ?? ''} `);
  const pipeline = readFileSync(join(root, '.ci', 'run'), 'utf8');
  expect(pipeline).toContain('\nmake test\n');
  expect(pipeline).toContain('make test-integration');
});
