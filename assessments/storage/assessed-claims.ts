import type { Assessment } from '../assessment.js';
import { partitionsOf } from '../report-file/partition-file.js';
import { claimsOfPartition, claimsOfTable, distinctClaims, tableKey } from './table-locations.js';
import type { Claim } from './table-locations.js';

/** The folders of all tables of a report, and of their partitions elsewhere. Throws the system's errors. */
export async function claimsOfAssessment(
  { tables, partitionFile }: Assessment,
  reportPath: string,
): Promise<readonly Claim[]> {
  const claims = tables.flatMap(claimsOfTable);
  const byKey = new Map(tables.map((table) => [tableKey(table), table]));
  for await (const { database, table: name, location } of partitionsOf(reportPath, partitionFile)) {
    const table = byKey.get(tableKey({ database, name }));
    if (table !== undefined) claims.push(...claimsOfPartition(table, location));
  }
  return distinctClaims(claims);
}
