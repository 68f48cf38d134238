import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exportStore, placeOf } from '../../state/index.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  beforeAll(async () => {
    engine = await startEngine(name);
  });
  afterAll(() => engine.stop());

  test('an empty database is set up on first use', async () => {
    const state = await opened(await engine.empty());
    expect(await state.db.selectFrom('assessments').selectAll().execute()).toEqual([]);
    await state.close();
  });
  test('a migrated store is opened unchanged', async () => {
    const state = await opened(await engine.fresh());
    expect(await state.db.selectFrom('assessments').selectAll().execute()).toEqual([]);
    await state.close();
  });
});

test('other users cannot access the files of an embedded store, or read an export', async () => {
  const engine = await startEngine('embedded');
  try {
    for (const location of [await engine.fresh(), await engine.empty()]) {
      const state = await opened(location);
      const folder = placeOf(location);
      const file = join(folder, '..', 'state.ndjson.gz');
      await exportStore(state, { file, toolVersion: '0.1.0', now: new Date() });
      await state.close();
      expect(statSync(folder).mode & 0o077).toBe(0);
      expect(statSync(file).mode & 0o077).toBe(0);
    }
  } finally {
    await engine.stop();
  }
});

test('a connection that breaks between two statements of a transaction ends the transaction, not the process', async () => {
  const engine = await startEngine('server');
  const state = await opened(await engine.fresh());
  const transaction = state.db.transaction().execute(async (open) => {
    const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(open);
    await engine.server?.query('postgres', `SELECT pg_terminate_backend(${rows[0]?.pid ?? 0}, 10000)`);
    await delay(200);
    await sql`SELECT 1`.execute(open);
  });
  await expect(transaction).rejects.toThrow(/not queryable/);
  expect((await sql`SELECT 1 AS one`.execute(state.db)).rows).toEqual([{ one: 1 }]);
  await state.close();
  await engine.stop();
});
