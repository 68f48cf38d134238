import type { CheckStatus, Method, TableResult, TableStatus } from './certificate-input.js';

/** Sums over tables. Rows, bytes and objects are those that are known. */
export interface Totals {
  tables: number;
  byStatus: Record<TableStatus, number>;
  rows: number;
  bytes: number;
  objects: number;
  checks: Record<CheckStatus, number>;
  mutationsTried: number;
  mutationsCaught: number;
  exceptions: number;
  drift: number;
}

export function noTotals(): Totals {
  return {
    tables: 0,
    byStatus: { certified: 0, 'certified-with-exceptions': 0, 'not-certified': 0 },
    rows: 0,
    bytes: 0,
    objects: 0,
    checks: { passed: 0, failed: 0, warning: 0, weak: 0, missing: 0 },
    mutationsTried: 0,
    mutationsCaught: 0,
    exceptions: 0,
    drift: 0,
  };
}

export function addTable(totals: Totals, table: TableResult): void {
  totals.tables += 1;
  totals.byStatus[table.status] += 1;
  totals.rows += table.rows ?? 0;
  totals.bytes += table.bytes ?? 0;
  totals.objects += table.objects?.count ?? 0;
  for (const { status, power } of table.checks) {
    totals.checks[status] += 1;
    totals.mutationsTried += power?.tried ?? 0;
    totals.mutationsCaught += power?.caught ?? 0;
  }
  totals.exceptions += table.exceptions.length;
  totals.drift += table.drift.length;
}

/** The verdict for all tables together: as good as the worst of them. */
export function verdictOf({ tables, byStatus }: Totals, { goldenVectors }: Method): TableStatus {
  const isProven = goldenVectors.length > 0 && goldenVectors.every(({ vectors }) => vectors > 0);
  if (tables === 0 || byStatus['not-certified'] > 0 || !isProven) return 'not-certified';
  return byStatus['certified-with-exceptions'] > 0 ? 'certified-with-exceptions' : 'certified';
}
