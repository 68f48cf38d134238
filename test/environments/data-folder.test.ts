import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const environments = join(import.meta.dirname, '..', '..', 'environments');

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'somebodys-home-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function put(path: string, content = 'precious'): void {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** Every path below, with the mode of folders and the content of files. */
function everythingIn(folder: string): Record<string, string | number> {
  const paths = ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })];
  return Object.fromEntries(
    paths.sort().map((path) => {
      const status = statSync(join(folder, path));
      return [path, status.isFile() ? readFileSync(join(folder, path), 'utf8') : status.mode];
    }),
  );
}

describe.each([
  [
    'openstack/openstack.sh',
    'control plane',
    '.a2o-openstack',
    ['start', 'stop', 'status', 'wipe', 'env', 'endpoints'],
  ],
  ['object-store/object-store.sh', 'object store', '.a2o-object-store', ['start', 'stop', 'status', 'wipe', 'env']],
  ['swift/swift.sh', 'Swift', '.a2o-swift', ['start', 'stop', 'status', 'wipe', 'env']],
] as const)('%s', (script, what, mark, commands) => {
  const run = (command: string, data: string): { status: number | null; output: string } => {
    const { status, stdout, stderr } = spawnSync(join(environments, script), [command, '--data', data], {
      encoding: 'utf8',
    });
    return { status, output: `${stdout}${stderr}` };
  };

  test.each(commands)('`%s` does not change a folder that it did not create, and says so', (command) => {
    put('letters/1999.txt');
    // Names that the script's own folders hold too.
    for (const name of ['ports', 'fsid', 'password', 'mon/photo', 'osd/photo', 'etc/nova.conf', 'run/lock']) put(name);
    const before = everythingIn(home);
    const { status, output } = run(command, home);
    expect(status).toBe(1);
    expect(output).toContain(
      `error: ${home} is not the folder of a ${what}, so nothing in it was changed.\n  fix: name the folder of a ${what} with --data`,
    );
    expect(everythingIn(home)).toEqual(before);
  });

  test('a folder of the other kind, a link to somebody’s folder and a file are refused alike', () => {
    put(`theirs/${mark === '.a2o-openstack' ? '.a2o-object-store' : '.a2o-openstack'}`);
    put('file');
    symlinkSync(join(home, 'theirs'), join(home, 'link'));
    const before = everythingIn(home);
    for (const name of ['theirs', 'file', 'link']) {
      for (const command of ['wipe', 'start']) {
        expect(run(command, join(home, name))).toMatchObject({
          status: 1,
          output: expect.stringContaining(`is not the folder of a ${what}`),
        });
      }
    }
    expect(everythingIn(home)).toEqual(before);
  });

  test('a folder with the mark is removed completely, and nothing beside it', () => {
    put('beside');
    for (const path of [mark, 'ports', 'log/rgw.log', '.hidden/file']) put(`own/${path}`, '');
    expect(run('wipe', join(home, 'own'))).toEqual({ status: 0, output: '' });
    expect(readdirSync(home)).toEqual(['beside']);
    // There is nothing left to do, which is not an error.
    expect(run('wipe', join(home, 'own'))).toEqual({ status: 0, output: '' });
    expect(run('stop', join(home, 'own'))).toEqual({ status: 0, output: '' });
    expect(run('status', join(home, 'own'))).toMatchObject({
      status: 1,
      output: expect.stringContaining(`there is no ${what}`),
    });
    expect(readdirSync(home)).toEqual(['beside']);
  });

  test('an empty folder is not removed', () => {
    expect(run('wipe', home)).toEqual({ status: 0, output: '' });
    expect(statSync(home).isDirectory()).toBe(true);
  });
});
