import { sql } from 'kysely';
import { storeAssessment } from '../../state/index.js';
import type { State } from '../../state/index.js';
import { fillCutover } from './cutover.js';
import { fillEngines } from './engines.js';
import { fillJobs } from './jobs.js';
import { lakeAt } from './lake.js';
import { fillOrders } from './orders.js';
import { fillPlan } from './plan.js';
import { fillValidations } from './validations.js';
import { fillWaves } from './waves.js';

export interface FillOptions {
  readonly now: Date;
  /** @default 20 */
  readonly assessments?: number;
  /** Of the newest assessment. @default 320 */
  readonly tables?: number;
}

/**
 * A migration in full course: 20 assessments, a Plan, jobs of every status, validations that passed and failed, a cutover
 * that was begun too early, what CloudWatch said of AWS's services, and waves with machines of every status.
 */
export async function fillStore(
  state: State,
  { now, assessments = 20, tables = 320 }: FillOptions,
): Promise<{ readonly assessmentId: string }> {
  let assessmentId = '';
  for (let generation = 0; generation < assessments; generation += 1)
    assessmentId = await storeAssessment(state, lakeAt({ generation, generations: assessments, now, tables }));
  const mapped = await fillPlan(state, assessmentId);
  const jobs = await fillJobs(state, { assessmentId, tableIds: mapped, now });
  await fillOrders(state, assessmentId);
  await fillValidations(state, jobs, now);
  await fillCutover(state, assessmentId);
  await fillEngines(state, now);
  await fillWaves(state, now);
  await sql`ANALYZE`.execute(state.db);
  return { assessmentId };
}
