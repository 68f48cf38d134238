import { diagnostic } from '../../core/diagnostic.js';
import type { CheckResult } from '../checks/check-result.js';
import type { ValidationType } from '../../state/schema/tables.js';
import type { PartitionValues } from '../sql/partition-filter.js';

/** Those that read rows by partition. */
const ofPartitions: readonly ValidationType[] = ['row_count', 'partition', 'checksum', 'statistics', 'sample'];
const namedPartitions = 3;

/** Some partitions say nothing of the others, so that checks of these alone do not pass. */
export function withChosenPartitions(
  results: readonly CheckResult[],
  partitionColumns: readonly string[],
  partitions: readonly PartitionValues[] | undefined,
): readonly CheckResult[] {
  if (partitions === undefined) return results;
  const finding = notCompared(partitionColumns, partitions);
  return results.map((result) =>
    ofPartitions.includes(result.check)
      ? {
          ...result,
          status: result.status === 'passed' ? ('warning' as const) : result.status,
          difference: result.difference ?? finding.message,
          findings: [...result.findings, finding],
        }
      : result,
  );
}

function notCompared(columns: readonly string[], partitions: readonly PartitionValues[]) {
  const names = partitions
    .slice(0, namedPartitions)
    .map((values) => columns.map((column, index) => `${column}=${values[index] ?? 'NULL'}`).join('/'));
  const more = partitions.length > names.length ? ` and ${partitions.length - names.length} more` : '';
  return diagnostic({
    code: 'partitions-not-compared',
    severity: 'warning',
    message: `Only these partitions were compared: ${names.join(', ')}${more}.`,
    fix: 'Validate without --partition: a table of which some partitions were compared is not certified.',
  });
}
