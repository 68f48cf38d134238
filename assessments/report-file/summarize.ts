import type { AssessedDatabase, AssessedTable, Assessment, AssessmentSummary, TableFormat } from '../assessment.js';

/** Counts what an assessment holds. Unknown sizes are counted, never added as zero. */
export function summarize({
  databases,
  tables,
  findings,
  filter,
}: Pick<Assessment, 'tables' | 'findings' | 'filter'> & {
  readonly databases: readonly AssessedDatabase[];
}): AssessmentSummary {
  const totals = { ready: 0, needsConversion: 0, unknown: 0, partitions: 0, knownSizeBytes: 0, tablesOfUnknownSize: 0 };
  const byFormat = new Map<TableFormat, number>();
  for (const table of tables) {
    byFormat.set(table.format, (byFormat.get(table.format) ?? 0) + 1);
    totals[readinessCounters[table.readiness]] += 1;
    totals.partitions += table.partitions.count ?? 0;
    if (table.size.value !== null) totals.knownSizeBytes += table.size.value;
    else if (holdsData(table)) totals.tablesOfUnknownSize += 1;
  }
  return {
    databases: databases.length,
    tables: tables.length,
    icebergTables: byFormat.get('ICEBERG') ?? 0,
    ...totals,
    tablesByFormat: Object.fromEntries([...byFormat].sort(([a], [b]) => (a < b ? -1 : 1))),
    complete: !findings.some(({ severity }) => severity === 'error') && (filter?.databasesLeftOut ?? 0) === 0,
  };
}

const readinessCounters = { READY: 'ready', NEEDS_CONVERSION: 'needsConversion', UNKNOWN: 'unknown' } as const;

/** Views and links have no size that could be unknown. */
function holdsData({ format }: AssessedTable): boolean {
  return format !== 'VIEW' && format !== 'RESOURCE_LINK';
}
