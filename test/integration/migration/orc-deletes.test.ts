import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOrcDeletes } from '../../../migration/iceberg/deletes/orc-deletes.js';
import { MalformedFile } from '../../../migration/iceberg/malformed-file.js';

interface Case {
  readonly name: string;
  readonly paths: readonly string[];
  readonly positions: readonly string[];
}

let folder: string;
let cases: readonly Case[];

/** Arrow writes them, with the C++ library of ORC. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orc-deletes-'));
  const root = join(import.meta.dirname, '..', '..', '..');
  const python = execFileSync(join(root, 'environments/test-data/install.sh'), ['--check'], {
    encoding: 'utf8',
  }).trim();
  execFileSync(python, [join(import.meta.dirname, 'iceberg', 'write_orc_deletes.py'), folder]);
  cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as readonly Case[];
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('every codec, with and without a dictionary, runs of every kind', () => {
  expect(cases.length).toBe(168);
  for (const { name, paths, positions } of cases) {
    const deletes = readOrcDeletes(readFileSync(join(folder, name)));
    expect([name, deletes.paths]).toEqual([name, paths]);
    expect([name, deletes.positions.map(String)]).toEqual([name, positions]);
  }
});

test('a row without a path is malformed', () => {
  expect(() => readOrcDeletes(readFileSync(join(folder, 'nulls.orc')))).toThrow(
    'has a row without a path or a position',
  );
});

test('whatever is cut off, the file is malformed', () => {
  const whole = readFileSync(join(folder, 'zlib-1.0-rising-few.orc'));
  for (let length = 0; length < whole.length; length += 7)
    expect(() => readOrcDeletes(whole.subarray(0, length))).toThrow(MalformedFile);
});
