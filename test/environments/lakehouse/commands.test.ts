import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { claimFolder, holdsLakehouse, lakehouseFolder, objectStoreIn } from '../../../environments/lakehouse/folder.js';
import { portsIn } from '../../../environments/lakehouse/ports.js';
import { Secrets } from '../../../environments/lakehouse/secrets.js';

const root = join(import.meta.dirname, '..', '..', '..');
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
function up(at: string): ReturnType<typeof lakehouse> {
  return lakehouse(['up'], at, { PATH: '' });
}

function lakehouse(args: readonly string[], at: string, env: NodeJS.ProcessEnv = {}) {
  const PATH = `${join(scratch, 'bin')}:${process.env['PATH']}`;
  const script = join(root, 'environments', 'lakehouse', 'main.ts');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), script, ...args],
    { cwd: root, encoding: 'utf8', env: { ...process.env, PATH, A2O_LAKEHOUSE_DIR: at, ...env } },
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

test('a lakehouse keeps the object store that it began with; another one, or an unknown one, is refused', () => {
  expect(objectStoreIn(folder)).toMatchObject({ type: 'ceph-rgw' });
  const { folder: swift } = objectStoreIn(folder, 'swift');
  mkdirSync(swift, { recursive: true });
  expect(objectStoreIn(folder)).toMatchObject({ type: 'swift', folder: swift });
  expect(() => objectStoreIn(folder, 'ceph-rgw')).toThrow(`keeps its data in swift, not in ceph-rgw`);
  rmSync(folder, { recursive: true });
  const { status, stderr } = lakehouse(['up'], folder, { A2O_OBJECT_STORE: 'minio' });
  expect(status).toBe(1);
  expect(stderr).toBe(
    "error: 'minio' is not an object store of the local lakehouse. Set A2O_OBJECT_STORE to ceph-rgw or swift.\n",
  );
  expect(readdirSync(scratch)).toEqual(['bin']);
});

describe('a folder of other files, named as a lakehouse names its own', () => {
  beforeEach(() => {
    fill(folder, ['terraform/main.tf', 'log/x', 'run/x', 'mapping.yaml', 'ports.json']);
  });

  test.each(['up', 'status', 'clean'])('%s refuses it and changes nothing', (command) => {
    const before = contentsOf(scratch);
    const { status, stdout, stderr } = lakehouse([command], folder, command === 'up' ? { PATH: '' } : {});
    expect(stderr).toMatch(/^error: .*Set A2O_LAKEHOUSE_DIR to .*\n$/);
    expect(stderr).toContain(folder);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(contentsOf(scratch)).toEqual(before);
  });
});

describe('a folder that is not there', () => {
  test('has nothing to clean, and is not created', () => {
    const before = contentsOf(scratch);
    const { status, stdout, stderr } = lakehouse(['clean'], folder);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`There is no lakehouse in ${folder}.`);
    expect(contentsOf(scratch)).toEqual(before);
  });

  test('cannot be queried, and is not created', () => {
    const before = contentsOf(scratch);
    const { status, stderr } = lakehouse(['query', 'SELECT 1'], folder);
    expect(status).toBe(1);
    expect(stderr).toBe(`error: There is no lakehouse in ${folder}. \`make lakehouse-local\` creates one.\n`);
    expect(contentsOf(scratch)).toEqual(before);
  });
});

test('a lakehouse creates a missing folder, a second time if need be, and removes it', () => {
  for (const tries of [1, 2]) {
    expect([tries, up(folder).stderr]).toEqual([tries, expect.stringContaining('starting the object store')]);
  }
  fill(folder, ['terraform/main.tf', 'log/x']);
  expect(lakehouse(['clean'], folder)).toMatchObject({ status: 0, stderr: '' });
  expect(readdirSync(scratch)).toEqual(['bin']);
});

test('a lakehouse takes a folder that is empty', () => {
  mkdirSync(folder);
  claimFolder(folder);
  expect(holdsLakehouse(folder)).toBe(true);
});

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
});

test("without a folder, or with an empty name, it is the checkout's own", () => {
  expect(lakehouseFolder('')).toBe(lakehouseFolder(undefined));
  expect(lakehouseFolder('')).toBe(join(root, '.aws2openstack', 'lakehouse'));
});

test('a path with a space is refused before anything is written', () => {
  const { status, stdout, stderr } = up(join(scratch, 'my lake'));
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^error: A lakehouse cannot be in .*: its path may only have .*\n$/);
  expect(readdirSync(scratch)).toEqual(['bin']);
});

test.each(["it's", 'a;b', 'a$b', 'a\nb', 'sée'])('a path with %j is refused', (name) => {
  expect(() => lakehouseFolder(join(scratch, name))).toThrow('its path may only have letters');
});

test('a folder that cannot be created is reported with the fix', () => {
  writeFileSync(folder, '');
  expect(() => {
    claimFolder(join(folder, 'below'));
  }).toThrow(/^A lakehouse cannot be in .*: ENOTDIR.*Set A2O_LAKEHOUSE_DIR to /);
});

test('only the user may read the secrets, whoever may enter the folder', () => {
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  const file = join(folder, 'secrets.json');
  new Secrets(file).valueOf('one');
  new Secrets(file).valueOf('two');
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
});

test('a query with a damaged ports.json is refused, with a fix that works', () => {
  claimFolder(folder);
  const file = join(folder, 'ports.json');
  writeFileSync(file, '');
  const { status, stderr } = lakehouse(['query', 'SELECT 1'], folder);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^error: .* does not hold a lakehouse's ports.*Delete the file.*\n$/);
  expect(stderr).toContain(file);
  rmSync(file);
  expect(lakehouse(['down'], folder)).toMatchObject({ status: 0, stderr: '' });
});

test.each(['garbage', 'null', '{}', '{"trino":"x","metastore":1,"catalog":2,"database":3}'])(
  'ports.json with %j is damaged',
  async (content) => {
    const file = join(scratch, 'ports.json');
    writeFileSync(file, content);
    await expect(portsIn(file)).rejects.toThrow(file);
  },
);
