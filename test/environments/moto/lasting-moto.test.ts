import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findLastingMoto, startLastingMoto, stopLastingMoto } from '../../../environments/moto/lasting-moto.js';

let folder: string;
let record: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-moto-'));
  record = join(folder, 'moto.json');
});
afterEach(async () => {
  await stopLastingMoto(record);
  rmSync(folder, { recursive: true });
});

test('it is one, however many start it, until it is stopped', async () => {
  const log = join(folder, 'log');
  const [one, two] = await Promise.all([startLastingMoto(record, log), startLastingMoto(record, log)]);
  expect(two).toEqual(one);
  expect(await findLastingMoto(record)).toEqual(one);
  await stopLastingMoto(record);
  expect(await findLastingMoto(record)).toBeUndefined();
  expect(() => process.kill(one.pid, 0)).toThrow('ESRCH');
});

test('a record of a moto that has ended counts as none', async () => {
  writeFileSync(record, JSON.stringify({ pid: process.pid, port: 9 }));
  expect(await findLastingMoto(record)).toBeUndefined();
  await stopLastingMoto(record);
});
