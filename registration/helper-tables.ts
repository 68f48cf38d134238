import type { TableFiles } from './hive-table.js';
import { stagingOf } from './iceberg-table.js';
import { rawName } from './names.js';

/** A table that the migration makes beside a table of the source. Only administrators reach it. */
export interface HelperTable {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
  /**
   * - `raw`: the text behind a typed view; it stays, because the view reads it.
   * - `staging`: the files that a converted table is filled from; dropped after the load was validated.
   */
  readonly purpose: 'raw' | 'staging';
}

interface CreatedTable {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
  readonly files: TableFiles;
}

/** The helper tables of a table over files. `stagingCatalog`: of a table that is converted. */
export function helpersOf(
  { catalog, schema, table, files: { isTypedCsv } }: CreatedTable,
  stagingCatalog: string | undefined,
): readonly HelperTable[] {
  if (stagingCatalog === undefined) {
    return isTypedCsv ? [{ catalog, schema, table: rawName(table), purpose: 'raw' }] : [];
  }
  const staging: HelperTable = { ...stagingOf({ catalog, schema, table }, stagingCatalog), purpose: 'staging' };
  return isTypedCsv ? [staging, { ...staging, table: rawName(staging.table) }] : [staging];
}
