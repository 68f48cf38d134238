import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import {
  appendCutoverEvent,
  cutoverEvents,
  findCutover,
  keepCutover,
  openCutover,
  releaseCutover,
  storeAssessment,
  takeCutover,
} from '../../state/index.js';
import type { Cutover, HeldCutover, State } from '../../state/index.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { problemOf, valueOf } from '../support/pages.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

jest.setTimeout(600_000);

const steps = ['freeze', 'writers-on'];

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  let state: State;
  let assessmentId: string;
  let cutover: Cutover;

  beforeAll(async () => {
    engine = await startEngine(name);
    state = await opened(await engine.fresh());
  });
  beforeEach(async () => {
    assessmentId = await storeAssessment(state, assessmentWith([table('db.t')]));
    cutover = await openCutover(state, { assessmentId, steps });
  });
  afterAll(async () => {
    await state.close();
    await engine.stop();
  });

  const taken = async (leaseSeconds = 30): Promise<HeldCutover> => {
    const held = await takeCutover(state, cutover.id, { holder: 'host, process 1', leaseSeconds });
    if (held === undefined) throw new Error('it is held');
    return held;
  };

  test('an assessment has one cutover; after it was taken back, another one', async () => {
    const again = await Promise.all([1, 2, 3].map(() => openCutover(state, { assessmentId, steps: ['other'] })));
    expect(again.map(({ id, steps: own }) => [id, own])).toEqual([1, 2, 3].map(() => [cutover.id, steps]));
    await releaseCutover(state, await taken(), 'UNDONE');
    expect(await findCutover(state, assessmentId)).toMatchObject({ id: cutover.id, status: 'UNDONE', holder: null });
    const next = await openCutover(state, { assessmentId, steps });
    expect(next.id).not.toBe(cutover.id);
    expect(await findCutover(state, assessmentId)).toMatchObject({ id: next.id });
  });

  test('one that is complete stays the cutover of its assessment', async () => {
    await releaseCutover(state, await taken(), 'COMPLETED');
    expect(await openCutover(state, { assessmentId, steps })).toMatchObject({ id: cutover.id, status: 'COMPLETED' });
  });

  test('of several that take it one has it, until it gives it back or its lease expires', async () => {
    const takers = await Promise.all(
      [1, 2, 3].map((one) => takeCutover(state, cutover.id, { holder: String(one), leaseSeconds: 30 })),
    );
    const [held, ...others] = takers.filter((one) => one !== undefined);
    expect(others).toEqual([]);
    if (held === undefined) throw new Error('nobody has it');
    await releaseCutover(state, held);
    const second = await taken();
    expect(second.fence).toBe(held.fence + 1);
    await sql`UPDATE cutovers SET lease_until = now() - interval '1 second' WHERE id = ${cutover.id}`.execute(state.db);
    expect((await taken()).fence).toBe(second.fence + 1);
  });

  test('events are kept in order, with the status that they lead to', async () => {
    const held = await taken();
    const add = async (number: number, event: 'started' | 'failed', more: object = {}) =>
      valueOf(
        await appendCutoverEvent(
          state,
          held,
          { number, step: 'freeze', event, ...more },
          event === 'failed' ? 'FAILED' : 'OPEN',
        ),
      );
    await add(0, 'started');
    await add(1, 'failed', {
      output: 'AKIAIOSFODNN7EXAMPLE \0',
      details: { reason: 'password=hunter2', token: 'a column', odd: '\0\ud800' },
    });
    expect(await cutoverEvents(state, cutover.id)).toMatchObject([
      { number: 0, step: 'freeze', event: 'started', actor: null, output: null, details: null },
      {
        number: 1,
        event: 'failed',
        output: '[redacted] \u2400',
        details: { reason: 'password=[redacted]', token: 'a column', odd: '\u2400\ufffd' },
      },
    ]);
    expect(await findCutover(state, assessmentId)).toMatchObject({ status: 'FAILED' });
    await expect(add(1, 'started')).rejects.toThrow();
  });

  test('who has lost it can neither add events, nor prolong, nor give it back', async () => {
    const lost = await taken();
    valueOf(await keepCutover(state, lost, 30));
    await sql`UPDATE cutovers SET lease_until = now() - interval '1 second' WHERE id = ${cutover.id}`.execute(state.db);
    const held = await taken();
    const event = { number: 0, step: 'freeze', event: 'started' } as const;
    expect(problemOf(await appendCutoverEvent(state, lost, event, 'OPEN')).code).toBe('cutover-changed-hands');
    expect(problemOf(await keepCutover(state, lost, 30)).code).toBe('cutover-changed-hands');
    await releaseCutover(state, lost, 'UNDONE');
    expect(await findCutover(state, assessmentId)).toMatchObject({ status: 'OPEN', fence: held.fence });
    expect(await cutoverEvents(state, cutover.id)).toEqual([]);
  });
});
