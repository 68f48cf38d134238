import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { claimFolder, lakehouseFolder } from '../../scripts/lakehouse/folder.js';
import { Secrets } from '../../scripts/lakehouse/secrets.js';

const root = join(import.meta.dirname, '..', '..');
let scratch: string;
let folder: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'a2o-lakehouse-'));
  folder = join(scratch, 'lake');
  mkdirSync(join(scratch, 'bin'));
  // Where PostgreSQL's programs are looked for; nothing here starts them.
  writeFileSync(join(scratch, 'bin', 'initdb'), '');
});
afterEach(() => {
  rmSync(scratch, { recursive: true });
});

/** With a PATH on which no program is found, so that `up` ends before it starts any. */
function up(at: string, cwd = root): ReturnType<typeof lakehouse> {
  return lakehouse(['up'], at, { PATH: '' }, cwd);
}

function lakehouse(args: readonly string[], at: string, env: NodeJS.ProcessEnv = {}, cwd = root) {
  const PATH = `${join(scratch, 'bin')}:${process.env['PATH']}`;
  const script = join(root, 'scripts', 'lakehouse.ts');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), script, ...args],
    { cwd, encoding: 'utf8', env: { ...process.env, PATH, A2O_LAKEHOUSE_DIR: at, ...env } },
  );
  return { status, stdout, stderr };
}

/** Path and content of every file below it, with the folders. */
function contentsOf(at: string): string[] {
  return readdirSync(at, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return `${relative(at, path)}: ${entry.isFile() ? readFileSync(path, 'utf8') : 'folder'}`;
    })
    .sort();
}

function fill(at: string, names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(at, name)), { recursive: true });
    writeFileSync(join(at, name), 'mine');
  }
}

describe('a folder of other files, named as a lakehouse names its own', () => {
  beforeEach(() => {
    fill(folder, ['terraform/main.tf', 'log/x', 'run/x', 'mapping.yaml', 'ports.json']);
  });

  test.each(['up', 'down', 'status', 'clean', 'query'])('%s refuses it and changes nothing', (command) => {
    const before = contentsOf(scratch);
    const { status, stdout, stderr } = lakehouse([command, 'SELECT 1'], folder, command === 'up' ? { PATH: '' } : {});
    expect(stderr).toMatch(/^error: .*Set A2O_LAKEHOUSE_DIR to .*\n$/);
    expect(stderr).toContain(folder);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(contentsOf(scratch)).toEqual(before);
  });
});

describe('a folder that is not there', () => {
  test.each(['down', 'status', 'clean'])('%s says that nothing is there, and makes nothing', (command) => {
    const before = contentsOf(scratch);
    const { status, stdout, stderr } = lakehouse([command], folder);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`There is no lakehouse in ${folder}.`);
    expect(contentsOf(scratch)).toEqual(before);
  });

  test('cannot be asked, and is not made', () => {
    const before = contentsOf(scratch);
    const { status, stderr } = lakehouse(['query', 'SELECT 1'], folder);
    expect(status).toBe(1);
    expect(stderr).toBe(`error: There is no lakehouse in ${folder}. \`make lakehouse-local\` makes one.\n`);
    expect(contentsOf(scratch)).toEqual(before);
  });
});

test.each(['missing', 'empty'])(
  'a lakehouse takes a folder that is %s, again when it has to, and leaves nothing',
  (kind) => {
    if (kind === 'empty') mkdirSync(folder);
    for (const tries of [1, 2]) {
      expect([tries, up(folder).stderr]).toEqual([tries, expect.stringContaining('starting the object store')]);
    }
    fill(folder, ['terraform/main.tf', 'log/x']);
    expect(lakehouse(['clean'], folder)).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(scratch)).toEqual(['bin']);
  },
  30_000,
);

test("what is not the lakehouse's stays in its folder", () => {
  claimFolder(folder);
  fill(folder, ['notes.txt', 'terraform/main.tf']);
  const { status, stdout } = lakehouse(['clean'], folder);
  expect(status).toBe(0);
  expect(stdout).toContain(`${folder}: notes.txt`);
  expect(contentsOf(folder)).toEqual(['notes.txt: mine']);
});

test('a relative path means the same folder from everywhere', () => {
  expect(lakehouseFolder(relative(process.cwd(), folder))).toBe(folder);
  up('lake', scratch);
  expect(lakehouse(['clean'], folder)).toMatchObject({ status: 0, stdout: expect.stringContaining('are gone') });
});

test("without a folder, or with an empty name, it is the checkout's own", () => {
  expect(lakehouseFolder('')).toBe(lakehouseFolder(undefined));
  expect(lakehouseFolder('')).toBe(join(root, '.aws2openstack', 'lakehouse'));
});

test.each(['my lake', "it's", 'a;b', 'a$b', 'a\nb', 'sée'])(
  'a path with %j is refused before anything is written',
  (name) => {
    const { status, stdout, stderr } = up(join(scratch, name));
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^error: A lakehouse cannot lie in .*: its path may have .*\n$/);
    expect(readdirSync(scratch)).toEqual(['bin']);
  },
);

test('a folder that cannot be made is told as such', () => {
  writeFileSync(folder, '');
  const { status, stderr } = up(join(folder, 'below'));
  expect(status).toBe(1);
  expect(stderr).toMatch(/^error: A lakehouse cannot lie in .*: ENOTDIR.*Set A2O_LAKEHOUSE_DIR to .*\n$/);
});

test('only the user may read the secrets, whoever may enter the folder', () => {
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  const file = join(folder, 'secrets.json');
  new Secrets(file).valueOf('one');
  new Secrets(file).valueOf('two');
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
});

test.each(['', 'garbage', 'null', '{}', '{"trino":"x","metastore":1,"catalog":2,"database":3}'])(
  'ports.json with %j is told as such, with the way out',
  (content) => {
    claimFolder(folder);
    const file = join(folder, 'ports.json');
    writeFileSync(file, content);
    const { status, stderr } = lakehouse(['query', 'SELECT 1'], folder);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: .* does not hold a lakehouse's ports.*Remove that file.*\n$/);
    expect(stderr).toContain(file);
    rmSync(file);
    expect(lakehouse(['down'], folder)).toMatchObject({ status: 0, stderr: '' });
  },
);
