import { sql } from 'kysely';
import type { RawBuilder, Selectable, SqlBool } from 'kysely';
import { jsonWithoutCredentials, withoutCredentials } from '../../core/credentials.js';
import type { Result } from '../../core/result.js';
import type { PlanDocumentItem } from '../../mappings/plan-document.js';
import type { PlanOutcome, StateTables } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { insertRows } from './insert-rows.js';
import { likePattern } from './name-pattern.js';
import { readPage } from './page.js';
import type { Order, Page, PageRequest } from './page.js';

export type PlanItem = Selectable<StateTables['plan_items']>;

export interface StoredPlan {
  readonly assessmentId: string;
  readonly planSha256: string;
}

/** Stores the items of a Plan, all or none; those of a Plan that is stored already stay as they are. */
export async function storePlanItems(
  { db }: Pick<State, 'db'>,
  { assessmentId, planSha256 }: StoredPlan,
  items: readonly PlanDocumentItem[],
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    if (await hasPlanItems({ db: transaction }, { assessmentId, planSha256 })) return;
    const rows = items.map(({ key, outcome, what, rule, at, method, remarks }) => ({
      assessment_id: assessmentId,
      plan_sha256: planSha256,
      asset_key: key,
      outcome,
      what: withoutCredentials(what),
      rule,
      rule_at: at,
      method: method ?? null,
      remarks: JSON.parse(jsonWithoutCredentials(remarks ?? [])) as object,
    }));
    // Another process may store the same Plan at the same moment.
    await insertRows(transaction, 'plan_items', rows, { known: 'skip' });
  });
}

export interface PlanItemList extends StoredPlan {
  readonly outcome?: PlanOutcome;
  readonly kind?: 'bucket' | 'database' | 'table';
  /** With `*` and `?`: like the whole name, or like its part after a dot, such as the table of `database.table`. */
  readonly pattern?: string;
}

/** Sorted by the key of the asset. */
export async function listPlanItems(
  { db }: Pick<State, 'db'>,
  { assessmentId, planSha256, outcome, kind, pattern }: PlanItemList,
  page: PageRequest = {},
): Promise<Result<Page<PlanItem>>> {
  const order: Order = {
    name: 'plan items',
    direction: 'asc',
    keys: [{ type: 'text', expression: sql.ref('asset_key') }],
  };
  const filters = [sql<SqlBool>`assessment_id = ${assessmentId} AND plan_sha256 = ${planSha256}`];
  if (outcome !== undefined) filters.push(sql`outcome = ${outcome}`);
  if (kind !== undefined) filters.push(sql`asset_key LIKE ${`${kind}:%`}`);
  return await readPage(
    db,
    order,
    page,
    // The keys of a page come from an index alone.
    ({ key, isAfter, orderBy, limit }) => {
      const keysWhere = (filter: RawBuilder<SqlBool>): RawBuilder<unknown> => sql`(
        SELECT asset_key FROM plan_items
        WHERE ${sql.join([...filters, filter, isAfter], sql` AND `)} ORDER BY ${orderBy} LIMIT ${limit}
      )`;
      const found = pattern === undefined ? [sql<SqlBool>`true`] : nameFilters(likePattern(pattern));
      return sql<PlanItem>`
        SELECT *, ${key} AS page_key
        FROM (${sql.join(found.map(keysWhere), sql` UNION `)}) found JOIN plan_items USING (asset_key)
        WHERE assessment_id = ${assessmentId} AND plan_sha256 = ${planSha256} ORDER BY ${orderBy} LIMIT ${limit}`;
    },
  );
}

/** A key matches if one of these holds. Putting every key in lower case would take most of the time of a search. */
function nameFilters(like: string): RawBuilder<SqlBool>[] {
  return [
    hasNameLike(sql.ref('asset_key'), like),
    sql`asset_key <> lower(asset_key) AND ${hasNameLike(sql`lower(asset_key)`, like)}`,
  ];
}

function hasNameLike(key: RawBuilder<unknown>, like: string): RawBuilder<SqlBool> {
  const name = sql<SqlBool>`${key} LIKE ${`%:${like}`}`;
  // What may begin with anything needs no look at parts.
  return like.startsWith('%') ? name : sql`(${name} OR ${key} LIKE ${`%.${like}`})`;
}

export async function findPlanItem(
  { db }: Pick<State, 'db'>,
  { assessmentId, planSha256 }: StoredPlan,
  assetKey: string,
): Promise<PlanItem | undefined> {
  return await db
    .selectFrom('plan_items')
    .selectAll()
    .where('assessment_id', '=', assessmentId)
    .where('plan_sha256', '=', planSha256)
    .where('asset_key', '=', assetKey)
    .executeTakeFirst();
}

/** False for a Plan that was stored by a version without items. */
export async function hasPlanItems(
  { db }: Pick<State, 'db'>,
  { assessmentId, planSha256 }: StoredPlan,
): Promise<boolean> {
  const found = await db
    .selectFrom('plan_items')
    .select('asset_key')
    .where('assessment_id', '=', assessmentId)
    .where('plan_sha256', '=', planSha256)
    .limit(1)
    .execute();
  return found.length > 0;
}
