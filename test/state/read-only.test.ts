import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { grantRoles, readOnly } from '../../state/index.js';
import type { State } from '../../state/index.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  let state: State;
  beforeAll(async () => {
    engine = await startEngine(name);
    state = await opened(await engine.fresh());
  });
  afterAll(async () => {
    await state.close();
    await engine.stop();
  });

  const user = async ({ db }: State): Promise<string> => {
    const { rows } = await sql<{ name: string }>`SELECT current_user AS name`.execute(db);
    return rows[0]?.name ?? '';
  };

  test('what is read is read; a write is refused, whatever is set before it', async () => {
    const writing = readOnly(state, { timeoutMs: 5000 }, async ({ db }) => {
      await sql`SELECT 1`.execute(db);
      await sql`DELETE FROM audit_events`.execute(db);
    });
    await expect(writing).rejects.toMatchObject({ code: '25006' });
    const deceiving = readOnly(state, { timeoutMs: 5000 }, async ({ db }) => {
      await sql`SET TRANSACTION READ WRITE`.execute(db);
    });
    await expect(deceiving).rejects.toMatchObject({ code: '25001' });
  });

  test('on a server, it acts as the read-only role once there is one, and afterwards as before', async () => {
    const own = await user(state);
    expect(await readOnly(state, { timeoutMs: 5000 }, user)).toBe(own);
    await grantRoles(state, { prefix: 'aws2openstack', members: [] });
    const acting = await readOnly(state, { timeoutMs: 5000 }, user);
    expect(acting).toBe(name === 'server' ? 'aws2openstack_read_only' : own);
    expect(await user(state)).toBe(own);
  });

  const onServer = name === 'server' ? test : test.skip;
  onServer('the role of another store on the same server is not taken', async () => {
    const other = await opened(await engine.fresh());
    await grantRoles(state, { prefix: 'aws2openstack', members: [] });
    expect(await readOnly(other, { timeoutMs: 5000 }, user)).toBe(await user(other));
    await other.close();
  });
  onServer('a statement that takes too long is ended', async () => {
    const slow = readOnly(state, { timeoutMs: 50 }, ({ db }) => sql`SELECT pg_sleep(60)`.execute(db));
    await expect(slow).rejects.toMatchObject({ code: '57014' });
  });
});
