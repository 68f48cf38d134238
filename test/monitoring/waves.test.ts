import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { fillWaves } from '../../environments/dashboard/waves.js';
import { machinesToOrder, orderMachines } from '../../monitoring/actions/order-machines.js';
import { answer, findQuestion } from '../../monitoring/questions/index.js';
import { addWaveMessages, appendAuditEvent, grantRoles, withState } from '../../state/index.js';
import type { State, StateLocation } from '../../state/index.js';
import { Interpreter, takeMessages } from '../../waves/local/index.js';
import { allowedOrders, machineStatuses } from '../../waves/machines/index.js';
import { machineMove } from '../../waves/state-machine/index.js';
import { hostileText } from '../support/monitored-lake.js';
import { problemOf, valueOf } from '../support/pages.js';
import { cli } from '../support/run-cli.js';
import { engineNames, opened, serverLocation, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

interface Counts {
  readonly machines: number;
  readonly by_status: readonly { readonly status: string; readonly machines: number }[];
  readonly cut_over: number;
  readonly not_moved: number;
  readonly need_attention: number;
  readonly dead_letters: number;
}
interface Waves {
  readonly totals: Counts & { readonly waiting_messages: number };
  readonly dead_letters: readonly {
    readonly wave: string | null;
    readonly body: string;
    readonly problems: object[];
  }[];
  readonly items: readonly (Counts & { readonly wave: string; readonly cut_over_share: number | null })[];
  readonly nextCursor: string | null;
}
interface Machines {
  readonly items: readonly { readonly migration_id: string; readonly status: string; readonly status_since: string }[];
  readonly nextCursor: string | null;
}

const now = new Date('2026-11-21T00:00:00Z');

describe.each(engineNames)('%s', (engineName) => {
  let engine: StateEngine;
  let location: StateLocation;
  let state: State;
  beforeAll(async () => {
    engine = await startEngine(engineName);
    location = await engine.fresh();
    state = await opened(location);
    await fillWaves(state, now);
  });
  afterAll(async () => {
    await state.close();
    await engine.stop();
  });

  async function ask<T>(name: string, input: object = {}): Promise<T> {
    const question = findQuestion(name);
    if (question === undefined) throw new Error(`no question ${name}`);
    return valueOf(await answer(state, question, input)) as T;
  }
  const machines = (input: object = {}): Promise<Machines> => ask('list_wave_machines', { limit: 1000, ...input });
  const idsOf = ({ items }: Machines): readonly string[] => items.map(({ migration_id }) => migration_id);
  const count = async (from: string): Promise<number> => {
    const { rows } = await sql.raw<{ n: number }>(`SELECT count(*)::integer AS n FROM ${from}`).execute(state.db);
    return rows[0]?.n ?? -1;
  };
  const idsWhere = async (where: string, order = 'migration_id'): Promise<readonly string[]> => {
    const { rows } = await sql
      .raw<{ migration_id: string }>(`SELECT migration_id FROM wave_machines WHERE ${where} ORDER BY ${order}`)
      .execute(state.db);
    return rows.map(({ migration_id }) => migration_id);
  };

  test('there are machines of every status, and the counts are those of SQL', async () => {
    const { totals, items } = await ask<Waves>('list_waves');
    expect(totals.by_status.map(({ status }) => status)).toEqual(machineStatuses);
    const figures = async (of: Counts, where: string): Promise<void> => {
      expect({ ...of, dead_letters: 0 }).toMatchObject({
        machines: await count(`wave_machines WHERE ${where}`),
        cut_over: await count(`wave_machines WHERE ${where} AND status IN ('CUT_OVER', 'FINALIZING', 'FINALIZED')`),
        not_moved: await count(`wave_machines WHERE ${where} AND status IN ('ROLLED_BACK', 'REJECTED')`),
        need_attention: await count(
          `wave_machines WHERE ${where} AND status IN ('ROLLBACK_FAILED', 'NEEDS_ATTENTION')`,
        ),
      });
      for (const { status, machines: ofStatus } of of.by_status)
        expect([status, ofStatus]).toEqual([
          status,
          await count(`wave_machines WHERE ${where} AND status = '${status}'`),
        ]);
      expect(of.by_status.reduce((sum, each) => sum + each.machines, 0)).toBe(of.machines);
    };
    await figures(totals, 'true');
    for (const wave of items) await figures(wave, `wave = '${wave.wave}'`);
    expect(items.map(({ wave }) => wave)).toEqual(['pilot', 'shop', 'warehouse']);
    expect(totals).toMatchObject({
      dead_letters: await count('wave_dead_letters'),
      waiting_messages: await count('wave_messages'),
    });
  });

  test('a dead letter counts for the wave that it names, and says what is wrong', async () => {
    const { items, dead_letters: letters, totals } = await ask<Waves>('list_waves');
    expect(totals.dead_letters).toBe(2);
    expect(items.map((wave) => wave.dead_letters)).toEqual([0, 0, 1]);
    expect(letters.map(({ wave }) => wave).sort()).toEqual([null, 'warehouse'].sort());
    for (const { problems } of letters)
      expect(problems[0]).toMatchObject({ message: expect.any(String), fix: expect.any(String) });
  });

  test.each([
    ['machines', 'desc', ['shop', 'warehouse', 'pilot']],
    ['attention', 'desc', ['shop', 'warehouse', 'pilot']],
    ['cut-over', 'asc', ['warehouse', 'shop', 'pilot']],
    ['name', 'desc', ['warehouse', 'shop', 'pilot']],
  ])('waves by %s %s, also by pages of one', async (sort, direction, expected) => {
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Waves = await ask('list_waves', { sort, direction, limit: 1, ...(cursor !== null && { cursor }) });
      found.push(...page.items.map(({ wave }) => wave));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(found).toEqual(expected);
  });

  test.each([
    [{ wave: 'shop' }, "wave = 'shop'"],
    [{ application: 'wiki' }, "app_name = 'wiki'"],
    [{ statuses: ['READY', 'CUT_OVER'] }, "status IN ('READY', 'CUT_OVER')"],
    [{ search: '*WEB*' }, "migration_id LIKE '%web%' OR target_vm_name LIKE '%web%'"],
    [{ search: 'wiki-1' }, "target_vm_name = 'wiki-1'"],
    [{ search: 'i-0*' }, "payload ->> 'sourceVmId' LIKE 'i-0%'"],
    [{ wave: 'shop', application: 'shop-web', statuses: ['READY'], search: '*5' }, "migration_id = 'shop-shop-web-5'"],
    [{ wave: "shop' OR true --" }, 'false'],
    [{ search: '%' }, 'false'],
  ])('machines filtered by %j', async (filter, where) => {
    expect(idsOf(await machines(filter))).toEqual(await idsWhere(where));
  });

  test.each([
    ['name', 'desc', 'migration_id DESC'],
    ['application', 'asc', 'app_name, migration_id'],
    ['wave', 'desc', 'wave DESC, migration_id DESC'],
    ['since', 'asc', 'status_since, migration_id'],
  ])('machines by %s %s, also by pages of four', async (sort, direction, order) => {
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await machines({ sort, direction, limit: 4, ...(cursor !== null && { cursor }) });
      found.push(...idsOf(page));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(found).toEqual(await idsWhere('true', order));
  });

  test('a story tells what happened, who ordered it, and what a rollback left', async () => {
    const [id = ''] = await idsWhere("status = 'ROLLED_BACK' AND wave = 'shop'");
    const story = await ask<{ readonly items: readonly { readonly number: number }[] }>('get_wave_machine', {
      migration_id: id,
      limit: 1000,
    });
    expect(story).toMatchObject({
      machine: {
        migration_id: id,
        status: 'ROLLED_BACK',
        goes_on_at: null,
        worker: null,
        possible_orders: [],
        open_gates: [],
        error: { name: 'CutoverError' },
      },
      orders: [
        { order: 'approve', gate: 'change-board', by: 'grace@acme.example', reason: 'CHG-1207' },
        { order: 'approve', gate: 'shop-owner' },
        { order: 'cutover', gate: null, reason: null },
      ],
      restored: [expect.stringContaining(id), expect.any(String)],
      left: [expect.stringContaining('snapshot')],
    });
    expect(story.items).toHaveLength(await count(`wave_events WHERE migration_id = '${id}'`));
    expect(story.items.map(({ number }) => number)).toEqual(story.items.map((_, index) => index + 1));
  });

  test('a machine that is ready says what it waits for, which approvals are open and what may be ordered', async () => {
    const [id = ''] = await idsWhere("status = 'READY' AND wave = 'shop'");
    expect(await ask('get_wave_machine', { migration_id: id })).toMatchObject({
      machine: {
        waits_for: expect.stringContaining('change-board'),
        open_gates: ['change-board', 'shop-owner'],
        possible_orders: Object.entries(allowedOrders).flatMap(([kind, of]) => (of.includes('READY') ? [kind] : [])),
        state: 'CutoverOrderWait',
      },
    });
  });

  test('a machine that nobody knows is an error that says what to do', async () => {
    const question = findQuestion('get_wave_machine');
    if (question === undefined) throw new Error('no question');
    expect(problemOf(await answer(state, question, { migration_id: "x'; --" }))).toMatchObject({
      code: 'wave-machine-unknown',
      fix: expect.stringContaining('waves status'),
    });
  });

  test('orders go to machines whose status allows them, and to no others', async () => {
    const shop = { wave: 'shop' };
    const previewed = valueOf(await machinesToOrder(state, 'finalize', shop)).map(({ migration_id }) => migration_id);
    expect(previewed).toEqual(await idsWhere("wave = 'shop' AND status = 'CUT_OVER'"));
    const [first = ''] = previewed;
    const [other = ''] = await idsWhere("wave = 'shop' AND status = 'REJECTED'");
    const order = { kind: 'finalize', by: 'ada', at: now, reason: hostileText } as const;
    expect(await orderMachines(state, [first, other], order)).toMatchObject({
      done: 1,
      problems: [{ code: 'wave-order-refused', path: other }],
    });
    expect(await ask('get_wave_machine', { migration_id: first, direction: 'desc', limit: 1 })).toMatchObject({
      orders: expect.arrayContaining([expect.objectContaining({ order: 'finalize', by: 'ada', reason: hostileText })]),
      items: [{ kind: 'ordered' }],
    });
    expect(problemOf(await machinesToOrder(state, 'finalize', {}))).toMatchObject({ code: 'machine-selection' });
    expect(problemOf(await machinesToOrder(state, 'test', { wave: 'a', application: 'b' }))).toMatchObject({
      code: 'machine-selection',
    });
  });

  test('a message that names a wave by something else than a name is refused, and names none', async () => {
    await addWaveMessages(state, ['{"wave": 7}', JSON.stringify({ wave: 'w'.repeat(65) }), '{"wave": "\\u0000"}']);
    await takeMessages(state, new Interpreter(machineMove), () => now);
    const { items, totals } = await ask<Waves>('list_waves', { limit: 1000 });
    expect(items.map(({ wave }) => wave)).toEqual(['pilot', 'shop', 'warehouse', '\u2400']);
    expect(totals).toMatchObject({ dead_letters: await count('wave_dead_letters'), waiting_messages: 0 });
  });

  test('`waves status --json` has the same numbers', async () => {
    const { totals, items } = await ask<Waves>('list_waves');
    await state.close();
    const shown = await cli(['waves', 'status', '--json'], engine.env(location));
    state = await opened(location);
    const status = JSON.parse(shown.stdout) as {
      readonly waves: readonly { readonly name: string; readonly machines: Readonly<Record<string, number>> }[];
      readonly messages: number;
      readonly deadLetters: readonly object[];
    };
    expect(shown.code).toBe(1);
    const taken = items.filter(({ machines: number }) => number > 0);
    expect(taken.map(({ wave, by_status }) => [wave, by_status])).toEqual(
      status.waves.map(({ name, machines: byStatus }) => [
        name,
        Object.entries(byStatus).map(([of, number]) => ({ status: of, machines: number })),
      ]),
    );
    expect(totals).toMatchObject({ waiting_messages: status.messages, dead_letters: status.deadLetters.length });
  });
});

test('a login of the control role can give orders, and cannot change machines otherwise', async () => {
  const engine = await startEngine('server');
  const owner = await engine.fresh();
  const state = await opened(owner);
  try {
    await fillWaves(state, now);
    await engine.server?.query('postgres', 'CREATE ROLE steersman LOGIN');
    valueOf(
      await grantRoles(state, { prefix: 'a2o_test', members: [{ kind: 'migration_control', login: 'steersman' }] }),
    );
    if (owner.engine !== 'server' || owner.database === undefined || engine.server === undefined)
      throw new Error('no server');
    const url = engine.server.url(owner.database, { user: 'steersman' });
    const use = { access: 'read', purpose: 'test' } as const;
    const ordered = await withState(serverLocation(url), use, async (steered) => {
      const [machine] = valueOf(await machinesToOrder(steered, 'cutover', { application: 'shop-web' }));
      const done = await orderMachines(steered, [machine?.migration_id ?? ''], { kind: 'cutover', by: 'ada', at: now });
      await appendAuditEvent(steered, {
        actor: 'ada',
        action: 'wave-cutover',
        subject: {},
        outcome: 'done',
        details: {},
      });
      return done;
    });
    expect(ordered).toEqual({ ok: true, value: { done: 1, problems: [] } });
    const changed = await withState(serverLocation(url), use, async ({ db }) =>
      db.updateTable('wave_machines').set({ status: 'FINALIZED' }).execute(),
    );
    expect(changed).toMatchObject({ ok: false, error: [{ code: 'database-42501' }] });
  } finally {
    await state.close();
    await engine.stop();
  }
});
