import { diagnostic } from '../../core/diagnostic.js';
import type { CheckResult } from '../checks/check-result.js';
import { withRowWarning } from './row-warning.js';
import type { PartitionValues } from '../sql/partition-filter.js';

const namedPartitions = 3;

/** Some partitions say nothing of the others, so that checks of these alone do not pass. */
export function withChosenPartitions(
  results: readonly CheckResult[],
  partitionColumns: readonly string[],
  partitions: readonly PartitionValues[] | undefined,
): readonly CheckResult[] {
  if (partitions === undefined) return results;
  return withRowWarning(results, notCompared(partitionColumns, partitions));
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
    fix: 'Validate without --partition: a table is not certified if only some of its partitions were compared.',
  });
}
