import { expect, test } from '@jest/globals';
import { approveStep } from '../../../migration/cutover/approve-step.js';
import { withHeldCutover } from '../../../migration/cutover/hold-cutover.js';
import { ok } from '../../../core/result.js';
import { goForward } from '../../../migration/cutover/run-cutover.js';
import { readCutover } from '../../../migration/cutover/read-cutover.js';
import { openCutover, storeAssessment } from '../../../state/index.js';
import { assessmentWith, table } from '../../support/assessment-builder.js';
import { embeddedState } from '../../support/embedded-state.js';
import { problemOf, valueOf } from '../../support/pages.js';

const state = embeddedState();

async function begun(): Promise<string> {
  const assessmentId = await storeAssessment(state(), assessmentWith([table('db.t')]));
  await openCutover(state(), { assessmentId, steps: ['freeze', 'dns'] });
  return assessmentId;
}

/** As `cutover go` whose file lets only Ada approve. */
async function go(assessmentId: string) {
  const holding = { signal: new AbortController().signal, onEvent: () => undefined, onWait: () => undefined };
  const cutover = await openCutover(state(), { assessmentId, steps: [] });
  return valueOf(
    await withHeldCutover(state(), cutover, holding, (log) =>
      goForward(log, () => Promise.resolve({ isDone: true }), { waits: (_step, by) => by !== 'ada' }),
    ),
  );
}

const stepsOf = async (assessmentId: string): Promise<readonly string[]> =>
  ((await readCutover(state(), assessmentId))?.steps ?? []).map(
    ({ name, status, approvedBy }) => `${name} ${status} ${approvedBy ?? '-'}`,
  );

test('the next step is approved, and the next `go` does it; no other step can be', async () => {
  const id = await begun();
  expect(problemOf(await approveStep(state(), id, { step: 'dns', by: 'ada' }))).toMatchObject({
    code: 'cutover-step-not-next',
    message: expect.stringContaining("the next step is 'freeze'"),
  });
  valueOf(await approveStep(state(), id, { step: 'freeze', by: 'ada' }));
  valueOf(await approveStep(state(), id, { step: 'freeze', by: 'ada' }));
  expect((await readCutover(state(), id))?.events).toHaveLength(1);
  expect(await go(id)).toEqual({ kind: 'approve', step: 'dns' });
  expect(await stepsOf(id)).toEqual(['freeze done ada', 'dns pending -']);
});

test('an approval of somebody whom the file does not name does not count, until one is given who may', async () => {
  const id = await begun();
  valueOf(await approveStep(state(), id, { step: 'freeze', by: 'mallory' }));
  expect(await go(id)).toEqual({ kind: 'approve', step: 'freeze' });
  valueOf(await approveStep(state(), id, { step: 'freeze', by: 'ada' }));
  expect(await go(id)).toEqual({ kind: 'approve', step: 'dns' });
});

test('nothing is approved while a process works on it, after it is complete, or where there is none', async () => {
  const id = await begun();
  const cutover = await openCutover(state(), { assessmentId: id, steps: [] });
  const holding = { signal: new AbortController().signal, onEvent: () => undefined, onWait: () => undefined };
  await withHeldCutover(state(), cutover, holding, async () => {
    const approved = await approveStep(state(), id, { step: 'freeze', by: 'ada' });
    expect(problemOf(approved).code).toBe('cutover-held');
    return ok(undefined);
  });
  for (const step of ['freeze', 'dns']) {
    valueOf(await approveStep(state(), id, { step, by: 'ada' }));
    await go(id);
  }
  expect(problemOf(await approveStep(state(), id, { step: 'dns', by: 'ada' })).message).toContain('no step');
  const without = await storeAssessment(state(), assessmentWith([table('db.t')]));
  expect(problemOf(await approveStep(state(), without, { step: 'freeze', by: 'ada' })).code).toBe('no-cutover');
}, 60_000);
