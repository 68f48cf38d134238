import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sha256 } from '../../core/canonical-json.js';
import { StagedFiles } from '../../core/staged-files.js';

let folder = '';
const staging = (): string => join(folder, '.lock', 'files');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-staged-'));
  mkdirSync(join(folder, '.lock'));
  for (const name of ['report.json', 'report.pdf', 'mine.txt']) writeFileSync(join(folder, name), 'old');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('files appear together; of those that the writer owns, the others go', async () => {
  const files = StagedFiles.open(folder, staging());
  const hash = await files.write('report.json', ['ne', 'w'], { gzip: false });
  const packed = await files.write('rows.gz', ['rows'], { gzip: true });
  expect([read('report.json'), readdirSync(folder)]).toEqual(['old', expect.not.arrayContaining(['rows.gz'])]);
  files.publish(['report.json', 'report.pdf', 'rows.gz']);
  expect(readdirSync(folder).sort()).toEqual(['.lock', 'mine.txt', 'report.json', 'rows.gz']);
  expect([read('report.json'), hash]).toEqual(['new', sha256('new')]);
  const bytes = readFileSync(join(folder, 'rows.gz'));
  expect([gunzipSync(bytes).toString(), packed]).toEqual(['rows', sha256(bytes)]);
  expect(readdirSync(join(folder, '.lock'))).toEqual([]);
});

test('what fails before it is published leaves the old files, and nothing else', async () => {
  const files = StagedFiles.open(folder, staging());
  await files.write('report.json', ['new'], { gzip: false });
  const failing = function* (): Generator<string> {
    yield 'half';
    throw new Error('the source broke');
  };
  await expect(files.write('report.pdf', failing(), { gzip: false })).rejects.toThrow('the source broke');
  files.discard();
  expect([read('report.json'), read('report.pdf')]).toEqual(['old', 'old']);
  expect(readdirSync(join(folder, '.lock'))).toEqual([]);
});

test('what a killed writer left is removed by the next', async () => {
  await StagedFiles.open(folder, staging()).write('report.json', ['half'], { gzip: false });
  const files = StagedFiles.open(folder, staging());
  await files.write('report.pdf', ['new'], { gzip: false });
  files.publish();
  expect([read('report.json'), read('report.pdf')]).toEqual(['old', 'new']);
});
