import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { checkClosure, rewriteTable, scanForSource } from '../../../migration/iceberg/index.js';
import { copied, MemoryFiles } from '../../migration/iceberg/memory-files.js';
import { valueOf } from '../../support/assess-run.js';

const from = 's3://source-lake/sales/orders';
const to = 's3://the-lake-at-the-target/sales/orders';
const rules = [{ from: 's3://source-lake', to: 's3://the-lake-at-the-target' }];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pyiceberg-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('PyIceberg reads the same rows from a rewritten table, in every snapshot', async () => {
  const name = python('write', join(folder, 'source'), from).trim();
  const before = rowsOf(join(folder, 'source'), from, name);
  expect(before.map((rows) => rows.length)).toEqual([1000, 863]);

  const source = new MemoryFiles(filesIn(join(folder, 'source'), from));
  const target = copied(source, from, to);
  const request = { table: 'table:sales.orders', metadata: `${from}/${name}`, rules, trinoVersion: 476 };
  const report = valueOf(await rewriteTable(request, { source, target }));
  expect(report.files).toMatchObject({ 'delete-file': 1, manifest: 2, 'manifest-list': 2 });

  const there = { ...request, metadata: report.metadata };
  expect((await checkClosure(there, { files: target, target })).problems).toEqual([]);
  expect(valueOf(await scanForSource({ metadata: report.metadata, rules }, target))).toMatchObject({
    paths: [],
    mentions: [],
  });

  rmSync(join(folder, 'source'), { recursive: true });
  for (const [uri, content] of target.files) write(join(folder, 'target', uri.slice(to.length)), content);
  expect(rowsOf(join(folder, 'target'), to, name)).toEqual(before);
}, 600_000);

function python(...args: readonly string[]): string {
  const generator = join(import.meta.dirname, '..', '..', '..', 'environments', 'test-data');
  const interpreter = execFileSync(join(generator, 'install.sh'), ['--check'], { encoding: 'utf8' }).trim();
  const script = join(import.meta.dirname, 'iceberg', 'pyiceberg_table.py');
  return execFileSync(interpreter, [script, generator, ...args], { encoding: 'utf8', maxBuffer: 2 ** 26 });
}

function rowsOf(place: string, location: string, metadata: string): readonly (readonly string[])[] {
  return JSON.parse(python('read', place, location, metadata)) as readonly (readonly string[])[];
}

function filesIn(place: string, location: string): Map<string, Buffer> {
  const entries = readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name));
  return new Map(paths.map((path) => [`${location}/${relative(place, path)}`, readFileSync(path)]));
}

function write(path: string, content: Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
