import type { PlanDocumentItem } from '../../mappings/plan-document.js';
import { sha256 } from '../../core/canonical-json.js';
import { storePlanItems } from '../../state/repositories/plan-items.js';
import { storeTransformationResult } from '../../state/index.js';
import type { State } from '../../state/index.js';

interface TableToMap {
  readonly id: string;
  readonly database_name: string;
  readonly table_name: string;
  readonly table_format: string;
}

/** Where everything goes, as a synth would have stored it. Returns the ids of the mapped tables. */
export async function fillPlan(state: State, assessmentId: string): Promise<readonly string[]> {
  const tables: readonly TableToMap[] = await state.db
    .selectFrom('tables')
    .select(['id', 'database_name', 'table_name', 'table_format'])
    .where('assessment_id', '=', assessmentId)
    .orderBy('database_name')
    .orderBy('table_name')
    .execute();
  const items = tables.map(itemOf);
  const databases = [...new Set(tables.map(({ database_name }) => database_name))].map((name): PlanDocumentItem => ({
    key: `database:${name}`,
    outcome: 'mapped',
    what: `schema lake.${name}`,
    rule: 'databases',
    at: 'acme.yaml:14',
  }));
  const planSha256 = sha256('demonstration');
  await storePlanItems(state, { assessmentId, planSha256 }, [...databases, ...items]);
  const count = (outcome: PlanDocumentItem['outcome']): number =>
    items.filter((item) => item.outcome === outcome).length;
  await storeTransformationResult(state, {
    assessmentId,
    template: { name: 'acme', description: null, sources: [], sha256: sha256('acme'), variables: {} },
    planSha256,
    outputSha256: sha256('terraform'),
    toolVersion: '0.1.0',
    totals: {
      database: { assessed: databases.length, mapped: databases.length, skipped: 0, blocked: 0 },
      table: { assessed: tables.length, mapped: count('mapped'), skipped: count('skipped'), blocked: count('blocked') },
    },
  });
  return tables.filter((_, index) => items[index]?.outcome === 'mapped').map(({ id }) => id);
}

function itemOf({ database_name, table_name, table_format }: TableToMap): PlanDocumentItem {
  const key = `table:${database_name}.${table_name}` as const;
  if (database_name === 'sandbox')
    return { key, outcome: 'skipped', what: 'Sandboxes are not migrated.', rule: 'no-sandboxes', at: 'acme.yaml:22' };
  if (table_format === 'UNKNOWN')
    return { key, outcome: 'blocked', what: 'Trino cannot read it: its SerDe is not known.', rule: null, at: null };
  const isView = table_format === 'VIEW';
  const isIceberg = table_format === 'ICEBERG';
  return {
    key,
    outcome: 'mapped',
    what: `${isView ? 'view' : 'table'} lake.${database_name}.${table_name}`,
    rule: isView ? 'views' : 'tables-to-iceberg',
    at: isView ? 'acme.yaml:41' : 'acme.yaml:30',
    method: isView ? 'view' : isIceberg ? 'register-rewritten' : 'convert',
    ...(table_format === 'CSV' && {
      remarks: [{ text: 'Every column of a CSV file is text at the source.', source: 'serde', fix: null }],
    }),
  };
}
