import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const tools = join(import.meta.dirname, '..', '..', 'tools', 'lakehouse');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lakehouse-tools-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('a program that is not installed is a clear error with the command that installs it', () => {
  const { status, stderr } = spawnSync(join(tools, 'trino.sh'), ['483', '--check'], {
    env: { ...process.env, A2O_CACHE_DIR: folder },
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toBe('error: Trino 483 is not installed.\n  fix: tools/lakehouse/trino.sh 483\n');
});

test('a version of Trino that cannot be installed is refused with those that can', () => {
  const { status, stderr } = spawnSync(join(tools, 'trino.sh'), ['480'], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toBe(
    'error: trino.sh cannot install Trino 480.\n  fix: run tools/lakehouse/trino.sh with one of: 476 483\n',
  );
});

test('a Java that is new enough is taken, one that is too old or too new is not', () => {
  const home = (version: string): string => {
    const path = join(folder, version);
    mkdirSync(join(path, 'bin'), { recursive: true });
    writeFileSync(join(path, 'bin', 'java'), `#!/bin/sh\necho '    java.specification.version = ${version}' >&2\n`);
    chmodSync(join(path, 'bin', 'java'), 0o755);
    return path;
  };
  const java = (javaHome: string, ...args: readonly string[]): string =>
    execFileSync(join(tools, 'java.sh'), args, {
      env: { ...process.env, JAVA_HOME: javaHome },
      encoding: 'utf8',
    }).trim();
  expect(java(home('900'), '900')).toBe(home('900'));
  expect(java(home('901'), '900', '901')).toBe(home('901'));
  const { stderr } = spawnSync(join(tools, 'java.sh'), ['900', '900', '--check'], {
    env: { ...process.env, JAVA_HOME: home('1.8'), A2O_CACHE_DIR: folder },
    encoding: 'utf8',
  });
  expect(stderr).toContain('java-25 is not installed');
});

test('what Maven delivers is compared with what was pinned', () => {
  const source = join(folder, 'program');
  mkdirSync(source);
  writeFileSync(join(source, 'artifacts.sha256'), `${'0'.repeat(64)}  program.jar\n`);
  const mvn = join(folder, 'mvn');
  writeFileSync(
    mvn,
    '#!/bin/bash\nfor a; do case $a in -DoutputDirectory=*) o=${a#*=} ;; -Dmaven.repo.local=*) r=${a#*=} ;; esac; done\nmkdir -p "$o" "$r"; echo other >"$o/program.jar"\n',
  );
  chmodSync(mvn, 0o755);
  const script = `source '${join(tools, 'artifacts.sh')}'; fetch_artifacts '${source}' '${folder}/fetched'`;
  const { status, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
    env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` },
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toContain('program.jar');
  expect(stderr).toContain('error: files that Maven fetched do not have the pinned checksums');
});
