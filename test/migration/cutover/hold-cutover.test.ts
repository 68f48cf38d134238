import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { ok } from '../../../core/result.js';
import { withHeldCutover } from '../../../migration/cutover/hold-cutover.js';
import type { HeldLog, HoldOptions } from '../../../migration/cutover/hold-cutover.js';
import { findCutover, openCutover, storeAssessment, takeCutover } from '../../../state/index.js';
import type { Cutover } from '../../../state/index.js';
import { assessmentWith, table } from '../../support/assessment-builder.js';
import { embeddedState } from '../../support/embedded-state.js';
import { until } from '../../support/jobs.js';
import { problemOf, valueOf } from '../../support/pages.js';

const state = embeddedState();

async function begun(): Promise<Cutover> {
  const assessmentId = await storeAssessment(state(), assessmentWith([table('db.t')]));
  return await openCutover(state(), { assessmentId, steps: ['freeze'] });
}

const options = (more: Partial<HoldOptions> = {}): HoldOptions => ({
  signal: new AbortController().signal,
  onEvent: () => undefined,
  onWait: () => undefined,
  leaseSeconds: 1,
  ...more,
});
const started = { step: 'freeze', event: 'started' } as const;

test('whoever works on a cutover keeps it, and gives it back with its status', async () => {
  const cutover = await begun();
  const waits: string[] = [];
  const worked = await withHeldCutover(state(), cutover, options(), async (log) => {
    // Longer than a lease, which is prolonged meanwhile.
    const other = await withHeldCutover(state(), cutover, options({ onWait: (holder) => waits.push(holder) }), () =>
      Promise.reject(new Error('it was taken')),
    );
    expect(problemOf(other).code).toBe('cutover-held');
    valueOf(await log.append(started, 'OPEN'));
    log.endAs('UNDONE');
    return ok(log.events.length);
  });
  expect([valueOf(worked), waits.length]).toEqual([1, 1]);
  expect(await findCutover(state(), cutover.assessment_id)).toMatchObject({
    status: 'UNDONE',
    holder: null,
    lease_until: null,
  });
}, 60_000);

test('who has lost a cutover is told, and can store nothing', async () => {
  const cutover = await begun();
  const worked = await withHeldCutover(state(), cutover, options(), async (log: HeldLog) => {
    await until(async () => {
      await sql`UPDATE cutovers SET lease_until = now() - interval '1 second' WHERE id = ${cutover.id}`.execute(
        state().db,
      );
      return await takeCutover(state(), cutover.id, { holder: 'another', leaseSeconds: 60 });
    });
    await until(() => (log.signal.aborted ? true : undefined));
    return await log.append(started, 'OPEN');
  });
  expect(problemOf(worked).code).toBe('cutover-changed-hands');
  expect(await findCutover(state(), cutover.assessment_id)).toMatchObject({ holder: 'another', status: 'OPEN' });
}, 60_000);
