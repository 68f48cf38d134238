import { expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunLock } from '../../core/run-lock.js';

test('a lock is waited for until it is released, or until the time is up', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'lock-')), 'held');
  const first = await RunLock.acquire(folder, 'the first');
  if (!first.ok) throw new Error('held');
  expect(await RunLock.acquire(folder, 'the second', { waitMs: 300 })).toMatchObject({ ok: false });
  const second = RunLock.acquire(folder, 'the second', { waitMs: 60_000 });
  setTimeout(() => {
    first.value.release();
  }, 50);
  (await second.then((lock) => (lock.ok ? lock.value : undefined)))?.release();
  expect((await second).ok).toBe(true);
  rmSync(join(folder, '..'), { recursive: true });
});
