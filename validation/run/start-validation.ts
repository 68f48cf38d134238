import type { PgBoss } from 'pg-boss';
import { catalogName } from '../../core/catalog-name.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import {
  createJobs,
  enqueueJobs,
  movedTables,
  openValidations,
  standingValidations,
  steerJob,
  workOrders,
} from '../../state/index.js';
import type { State, WorkOrder } from '../../state/index.js';
import type { TablePair } from '../table/table-pair.js';
import { orderDifferences, orderedOtherwise } from './other-order.js';
import { validationQueue } from './validation-order.js';
import type { TableSettings, ValidationOrder } from './validation-order.js';

export interface NewValidation extends Omit<ValidationOrder, 'migrationJobId' | 'pair'> {
  readonly assessmentId: string;
  readonly tables: readonly ValidatedPair[];
  /** Gives up the validations of these tables that have not ended, instead of going on with them. @default false */
  readonly restarts?: boolean;
}

export interface ValidatedPair {
  readonly database: string;
  readonly table: string;
  readonly pair: TablePair;
  /** Its own, in place of those of the run. */
  readonly settings?: TableSettings;
}

export interface StartedValidation {
  /** Of these tables: jobs of this call, or of an earlier one that goes on. */
  readonly jobIds: readonly string[];
  /** How many of these tables the earlier call has validated: they need no job. */
  readonly doneBefore: number;
  /** Tables that no job has moved: there is nothing to compare. */
  readonly unmoved: readonly string[];
}

/**
 * Hands a job for each table that was moved to the workers of the queue. Goes on with a validation that has not ended where
 * it was ordered alike, and does nothing again that it has done; fails where one was ordered otherwise, and then changes
 * nothing.
 */
export async function startValidation(
  state: State,
  boss: PgBoss,
  { assessmentId, tables, restarts = false, ...order }: NewValidation,
): Promise<Result<StartedValidation>> {
  const moved = await movedTables(state, assessmentId);
  const wanted = new Map<string, ValidationOrder>();
  const tableIds = new Map<string, string>();
  const unmoved: string[] = [];
  for (const { database, table, pair, settings } of tables) {
    const found = moved.get(keyOf({ database, table }));
    if (found === undefined) unmoved.push(catalogName(database, table));
    else {
      wanted.set(keyOf({ database, table }), { ...order, ...settings, pair, migrationJobId: found.jobId });
      tableIds.set(found.tableId, keyOf({ database, table }));
    }
  }
  const before = await settleOpen(state, boss, assessmentId, { wanted, restarts });
  if (!before.ok) return before;
  const done = await doneInRuns(state, assessmentId, wanted, before.value);
  const left = [...tableIds].flatMap(([tableId, key]) => (done.has(key) ? [] : [tableId]));
  const planned = await createJobs(state, { assessmentId, tableIds: left, jobType: 'VALIDATE' });
  const orders = planned.flatMap(({ id, table_id }): readonly WorkOrder[] => {
    const payload = wanted.get(tableIds.get(table_id) ?? '');
    return payload === undefined ? [] : [{ jobId: id, payload }];
  });
  await enqueueJobs(state, boss, validationQueue, orders);
  // Another process may have ordered some of them at the same moment; the first order counts.
  const after = await settleOpen(state, boss, assessmentId, { wanted, restarts: false });
  if (!after.ok) return after;
  return ok({ jobIds: planned.map(({ id }) => id), doneBefore: done.size, unmoved });
}

/** The IDs of the runs that go on. */
async function settleOpen(
  state: State,
  boss: PgBoss,
  assessmentId: string,
  { wanted, restarts }: { readonly wanted: ReadonlyMap<string, ValidationOrder>; readonly restarts: boolean },
): Promise<Result<ReadonlySet<string>>> {
  const open = (await openValidations(state, assessmentId)).flatMap(({ id, database, table }) => {
    const now = wanted.get(keyOf({ database, table }));
    return now === undefined ? [] : [{ id, name: catalogName(database, table), now }];
  });
  if (restarts) {
    // One that has ended meanwhile needs nothing.
    for (const { id } of open) await steerJob(state, boss, id, 'cancel');
    return ok(new Set());
  }
  const payloads = await workOrders(
    state,
    open.map(({ id }) => id),
  );
  const others = open
    .map(({ id, name, now }) => {
      const payload = payloads.get(id);
      return { name, differences: payload === undefined ? [] : orderDifferences(payload, now) };
    })
    .filter(({ differences }) => differences.length > 0);
  if (others.length > 0) return fail([orderedOtherwise(others)]);
  return ok(new Set([...payloads.values()].flatMap((payload) => (payload as Partial<ValidationOrder>).runId ?? [])));
}

/**
 * Tables, by key, that one of these runs has validated as it is wanted. None where files are to be named: what is copied
 * again because of them may belong to other tables, too.
 */
async function doneInRuns(
  state: State,
  assessmentId: string,
  wanted: ReadonlyMap<string, ValidationOrder>,
  runIds: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  if (runIds.size === 0) return new Set();
  const done = (await standingValidations(state, assessmentId)).filter(({ database, table, payload }) => {
    const now = wanted.get(keyOf({ database, table }));
    if (now === undefined || now.namesFiles === true) return false;
    return runIds.has((payload as ValidationOrder).runId) && orderDifferences(payload, now).length === 0;
  });
  return new Set(done.map(keyOf));
}

function keyOf({ database, table }: Pick<ValidatedPair, 'database' | 'table'>): string {
  return JSON.stringify([database, table]);
}
