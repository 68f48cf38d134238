import type { Side } from '../../../validation/values/form.js';
import { agreeOnTexts } from '../../../validation/values/form.js';
import { rulesFor } from '../../../validation/values/value-rules.js';
import type { ComparedColumn, Scan } from '../../../validation/sql/scan.js';
import { trinoClient } from '../../../clients/trino/index.js';
import { valueOf } from '../../support/assess-run.js';
import type { Rows } from '../../support/generated-rows.js';
import type { SharedLakehouse } from '../../support/shared-lakehouse.js';
import type { Sheet } from './sheet.js';

/** As the engine of a validation asks: in UTC, with Athena's precision of Hive timestamps. */
export type Ask = (sql: string) => Promise<Rows>;

export function askIn({ lakehouse }: SharedLakehouse): Ask {
  const client = trinoClient(lakehouse.access());
  const session = { 'hive.timestamp_precision': 'MILLISECONDS' };
  return async (sql) => valueOf(await client.query(sql, { session, timeZone: 'UTC' })).rows;
}

/** The tables of a sheet, on both sides, with every case in them. */
export async function createTables(ask: Ask, schema: string, sheet: Sheet): Promise<void> {
  const create = async (side: Side): Promise<void> => {
    const [catalog, properties] = sheet[side];
    const names = Object.keys(sheet.columns);
    const casts = Object.entries(sheet.columns).map(
      ([name, type]) => `CAST(${name} AS ${typeof type === 'string' ? type : type[side === 'source' ? 0 : 1]}) ${name}`,
    );
    const rows = sheet.cases.flatMap((one) => one[side].map((row) => `('${one.id}', ${row})`));
    await ask(
      `CREATE TABLE ${catalog}.${schema}.${sheet.name}_${side} WITH (${properties}) AS ` +
        `SELECT CAST(case_id AS varchar) case_id, ${casts.join(', ')} FROM (VALUES ${rows.join(', ')}) t(case_id, ${names.join(', ')})`,
    );
  };
  await Promise.all([create('source'), create('target')]);
}

/** Both sides of a sheet by case, with what the engine of each side says of the columns. */
export async function scansOf(
  asks: Readonly<Record<Side, Ask>>,
  schema: string,
  sheet: Sheet,
): Promise<Readonly<Record<Side, Scan>>> {
  const types = async (side: Side): Promise<ReadonlyMap<string, string>> => {
    const rows = await asks[side](
      `SELECT column_name, data_type FROM ${sheet[side][0]}.information_schema.columns ` +
        `WHERE table_schema = '${schema}' AND table_name = '${sheet.name}_${side}'`,
    );
    return new Map(rows.map(([name, type]) => [String(name), String(type)]));
  };
  const [source, target] = await Promise.all([types('source'), types('target')]);
  const columnOf = (name: string): ComparedColumn => {
    const form = agreeOnTexts(source.get(name) ?? '', target.get(name) ?? '', (kind) =>
      rulesFor(sheet.rules ?? {}, name, kind),
    );
    if (!form.ok) throw new Error(form.error);
    return { name: { source: name, target: name }, form: form.value };
  };
  const scan = (side: Side): Scan => ({
    side,
    table: { catalog: sheet[side][0], schema, table: `${sheet.name}_${side}` },
    columns: Object.keys(sheet.columns).map(columnOf),
    partitionColumns: [columnOf('case_id')],
  });
  return { source: scan('source'), target: scan('target') };
}
