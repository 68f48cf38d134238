import type { PgBoss } from 'pg-boss';
import { createJobs, enqueueJobs, movedTables } from '../../state/index.js';
import type { State, WorkOrder } from '../../state/index.js';
import type { TablePair } from '../table/table-pair.js';
import { validationQueue } from './validation-order.js';
import type { TableSettings, ValidationOrder } from './validation-order.js';

export interface NewValidation extends Omit<ValidationOrder, 'migrationJobId' | 'pair'> {
  readonly assessmentId: string;
  readonly tables: readonly ValidatedPair[];
}

export interface ValidatedPair {
  readonly database: string;
  readonly table: string;
  readonly pair: TablePair;
  /** Its own, in place of those of the run. */
  readonly settings?: TableSettings;
}

export interface StartedValidation {
  /** Jobs that are PENDING or RUNNING: of this call, or of an earlier one that goes on. */
  readonly jobIds: readonly string[];
  /** Tables that no job has moved: there is nothing to compare. */
  readonly unmoved: readonly string[];
}

/** Hands a job for each table that was moved to the workers of the queue. */
export async function startValidation(
  state: State,
  boss: PgBoss,
  { assessmentId, tables, ...order }: NewValidation,
): Promise<StartedValidation> {
  const all = await movedTables(state, assessmentId);
  const moved = new Map<string, Omit<ValidatedPair, 'database' | 'table'> & { readonly migrationJobId: string }>();
  const unmoved: string[] = [];
  for (const { database, table, pair, settings } of tables) {
    const found = all.get(JSON.stringify([database, table]));
    if (found === undefined) unmoved.push(`${database}.${table}`);
    else moved.set(found.tableId, { pair, migrationJobId: found.jobId, ...(settings && { settings }) });
  }
  const planned = await createJobs(state, { assessmentId, tableIds: [...moved.keys()], jobType: 'VALIDATE' });
  const orders = planned.flatMap(({ id, table_id }): readonly WorkOrder[] => {
    const table = moved.get(table_id);
    if (table === undefined) return [];
    const { settings, ...own } = table;
    return [{ jobId: id, payload: { ...order, ...settings, ...own } satisfies ValidationOrder }];
  });
  await enqueueJobs(state, boss, validationQueue, orders);
  return { jobIds: planned.map(({ id }) => id), unmoved };
}
