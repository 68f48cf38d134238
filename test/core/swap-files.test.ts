import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { filesBelow, finishSwap, swapFiles } from '../../core/swap-files.js';

let top = '';
let folder = '';
const staging = (): string => join(folder, '.staging');

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'a2o-swap-'));
  folder = join(top, 'out');
});

afterEach(() => {
  rmSync(top, { recursive: true });
});

const old = { 'a.json': 'old a', 'deep/b.json': 'old b', 'deep/gone/c.json': 'old c' };
const now = { 'a.json': 'new a', 'deep/b.json': 'new b', 'deep/fresh/d.json': 'new d' };
const theirs = { 'deep/terraform.tfstate': 'state', 'deep/.terraform/lock': 'lock', notes: 'mine' };
const obsolete = ['deep/gone/c.json'];

function write(to: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    writeFileSync(join(to, path), text);
  }
}

function prepare(): void {
  rmSync(folder, { recursive: true, force: true });
  write(folder, { ...old, ...theirs });
  write(join(staging(), 'new'), now);
}

/** What whoever opens the files finds, without the staging folder. A link that leads nowhere has nothing to open. */
function contents(): Record<string, string> {
  const paths = filesBelow(folder).filter((path) => !path.startsWith('.staging') && existsSync(join(folder, path)));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

class Killed extends Error {}

/** Lets the swap make so many changes, then ends it as a kill would: nothing is cleaned up. */
function killedAfter(changes: number): boolean {
  let left = changes;
  try {
    swapFiles({ folder, staging: staging(), obsolete }, () => {
      left -= 1;
      if (left < 0) throw new Killed();
    });
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  return left < 0;
}

test('killed before any of its changes, a swap leaves all old files or all new ones, and those of others', () => {
  const seen: string[] = [];
  let changes = 0;
  for (; ; changes += 1) {
    prepare();
    const wasKilled = killedAfter(changes);
    const found = contents();
    const side = found['a.json'] === 'old a' ? old : now;
    expect(found).toEqual({ ...side, ...theirs });
    seen.push(side === old ? 'old' : 'new');
    // The next run finishes what was left: the same files, none of them a link, and nothing else.
    finishSwap({ folder, staging: staging() });
    expect(contents()).toEqual({ ...side, ...theirs });
    expect(filesBelow(folder).filter((path) => lstatSync(join(folder, path)).isSymbolicLink())).toEqual([]);
    expect(existsSync(staging())).toBe(false);
    if (!wasKilled) break;
  }
  expect(changes).toBeGreaterThan(15);
  // One step: the old ones before it, the new ones after it.
  expect(seen).toEqual([...seen].sort().reverse());
  expect(new Set(seen)).toEqual(new Set(['old', 'new']));
});

test('folders that only the old files were in are gone', () => {
  prepare();
  swapFiles({ folder, staging: staging(), obsolete });
  expect(readdirSync(join(folder, 'deep')).sort()).toEqual(['.terraform', 'b.json', 'fresh', 'terraform.tfstate']);
});

test('a killed swap can be finished after its folder was moved', () => {
  for (let changes = 0; ; changes += 1) {
    prepare();
    const wasKilled = killedAfter(changes);
    const before = contents();
    rmSync(join(top, 'moved'), { recursive: true, force: true });
    renameSync(folder, join(top, 'moved'));
    folder = join(top, 'moved');
    expect(contents()).toEqual(before);
    finishSwap({ folder, staging: staging() });
    expect(contents()).toEqual(before);
    folder = join(top, 'out');
    if (!wasKilled) break;
  }
});

test('a folder that is reached through a link of the user is filled like any other', () => {
  prepare();
  renameSync(join(folder, 'deep'), join(top, 'elsewhere'));
  symlinkSync(join(top, 'elsewhere'), join(folder, 'deep'));
  swapFiles({ folder, staging: staging(), obsolete: [] });
  expect(readFileSync(join(top, 'elsewhere', 'b.json'), 'utf8')).toBe('new b');
  expect(lstatSync(join(top, 'elsewhere', 'b.json')).isFile()).toBe(true);
});

test('a folder in the place of a file is refused before anything is changed', () => {
  prepare();
  rmSync(join(folder, 'a.json'));
  mkdirSync(join(folder, 'a.json'));
  expect(() => {
    swapFiles({ folder, staging: staging(), obsolete });
  }).toThrow('a.json is a folder');
  expect(readFileSync(join(folder, 'deep/b.json'), 'utf8')).toBe('old b');
});
