import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { fillWaves } from '../../../environments/dashboard/waves.js';
import type { State } from '../../../state/index.js';
import { allowedOrders } from '../../../waves/machines/index.js';
import { askers, serveDashboard } from '../../support/dashboard.js';
import type { Answered, Asker, ServedDashboard } from '../../support/dashboard.js';
import { opened, startEngine } from '../../support/state-engines.js';
import type { StateEngine } from '../../support/state-engines.js';

let engine: StateEngine;
let state: State;
let app: ServedDashboard;

beforeAll(async () => {
  engine = await startEngine('embedded');
  state = await opened(await engine.fresh());
  await fillWaves(state, new Date());
  app = await serveDashboard(state);
});
afterAll(async () => {
  await app.close();
  await state.close();
  await engine.stop();
});

const send = (kind: string, asker: Asker, body: object): Promise<Answered> =>
  app.send('POST', `/api/actions/machines/${kind}`, asker, body);
const orders = async (): Promise<number> => await countOf('wave_orders');
const countOf = async (from: string): Promise<number> => {
  const { rows } = await sql.raw<{ n: number }>(`SELECT count(*)::integer AS n FROM ${from}`).execute(state.db);
  return rows[0]?.n ?? -1;
};
const newestAudit = async (): Promise<unknown> =>
  ((await app.ask('/api/audit?limit=1', 'operator')).json as { readonly items: readonly unknown[] }).items[0];
const statusesOf = (kind: keyof typeof allowedOrders): string =>
  allowedOrders[kind].map((status) => `'${status}'`).join(', ');

describe.each(['approve', 'test', 'cutover', 'rollback', 'finalize'] as const)('%s', (kind) => {
  const selection = { wave: 'shop' };
  const more = { gate: 'change-board', reason: 'CHG-1' };

  test.each(askers)('%s previews it', async (asker) => {
    const before = [await orders(), await countOf('audit_events')];
    const { status, json } = await send(kind, asker, { ...selection, preview: true });
    expect(status).toBe({ nobody: 401, viewer: 403, operator: 200, admin: 200 }[asker]);
    const machines = await countOf(`wave_machines WHERE wave = 'shop' AND status IN (${statusesOf(kind)})`);
    if (status === 200) expect(json).toMatchObject({ preview: true, machines, done: 0 });
    expect([await orders(), await countOf('audit_events')]).toEqual(before);
  });

  test.each(askers)('%s gives it', async (asker) => {
    const expected = await countOf(`wave_machines WHERE wave = 'shop' AND status IN (${statusesOf(kind)})`);
    const before = await orders();
    const { status, json } = await send(kind, asker, { ...selection, ...more, expected });
    expect(status).toBe({ nobody: 401, viewer: 403, operator: 403, admin: 200 }[asker]);
    expect(await orders()).toBe(before + (asker === 'admin' ? expected : 0));
    if (asker === 'operator' || asker === 'admin')
      expect(await newestAudit()).toMatchObject({
        actor: `local-${asker}`,
        action: `wave-${kind}`,
        outcome: asker === 'admin' ? 'done' : 'refused',
        subject: { wave: 'shop', machines: expect.any(Array) },
        details: { reason: 'CHG-1' },
      });
    if (asker === 'admin') {
      expect(json).toMatchObject({ done: expected, problems: [] });
      const { rows } = await sql<{ actor: string }>`
        SELECT DISTINCT actor FROM wave_orders WHERE kind = ${kind} AND reason = 'CHG-1'`.execute(state.db);
      expect(rows).toEqual([{ actor: 'local-admin' }]);
    }
  });
});

test.each([
  ['cutover', { wave: 'warehouse' }, 409, 'not-as-previewed'],
  ['cutover', { wave: 'warehouse', expected: 99 }, 409, 'not-as-previewed'],
  ['cutover', {}, 400, 'machine-selection'],
  ['cutover', { wave: 'shop', application: 'wiki' }, 400, 'machine-selection'],
  ['approve', { machines: ['warehouse-labels-2'] }, 400, 'wave-order-incomplete'],
  ['rollback', { machines: ['warehouse-labels-2'] }, 400, 'wave-order-incomplete'],
  ['rollback', { machines: ['warehouse-labels-2'], reason: '  ' }, 400, 'wave-order-incomplete'],
  ['cutover', { machines: ["x'; DROP TABLE waves; --"] }, 400, 'bad-request'],
  ['cutover', { wave: 'a\0b' }, 400, 'bad-request'],
  ['explode', { wave: 'shop' }, 404, 'no-such-route'],
])('%s of %j: %i %s, and nothing is ordered', async (kind, body, status, code) => {
  const before = await orders();
  const answered = await send(kind, 'admin', body);
  expect([answered.status, answered.json]).toMatchObject([status, { errors: [{ code, fix: expect.any(String) }] }]);
  expect(await orders()).toBe(before);
});

test('without the CSRF token, nothing is ordered', async () => {
  const before = await orders();
  const answered = await app.ask('/api/actions/machines/cutover', 'admin', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ machines: ['warehouse-labels-2'] }),
  });
  expect(answered.status).toBe(403);
  expect(await orders()).toBe(before);
});

test('machines that are named are ordered one by one; an unknown one is left out', async () => {
  const body = { machines: ['warehouse-labels-2', 'nobody-knows-it'] };
  expect((await send('cutover', 'admin', body)).json).toMatchObject({ machines: 1, done: 1 });
});

test('an unknown machine is not found, and says what to do', async () => {
  const answered = await app.ask('/api/questions/get_wave_machine?migration_id=nobody', 'viewer');
  expect([answered.status, answered.json]).toMatchObject([404, { errors: [{ code: 'wave-machine-unknown' }] }]);
});
