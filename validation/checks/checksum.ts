import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { statusOf } from './check-result.js';
import type { CheckResult } from './check-result.js';
import { totalHash } from './hash-answer.js';
import type { HashAnswer } from './hash-answer.js';
import { differencesOf } from './partition.js';

export interface ChecksumScope {
  readonly partitionColumns: number;
  /** Columns that the hash is made of. */
  readonly columns: readonly string[];
  /** Columns that are compared by no check, with the reason. With any of them, the check does not pass. */
  readonly notCompared: readonly { readonly column: string; readonly reason: string }[];
  /** Columns that are compared as canonical text, with the reason. */
  readonly asText: readonly { readonly column: string; readonly reason: string }[];
}

/** Whether both sides have the same rows, duplicates included, in any order. */
export function compareChecksums(source: HashAnswer, target: HashAnswer, scope: ChecksumScope): CheckResult {
  const { missing, extra, counts, contents } = differencesOf(source, target);
  const differing = missing.length + extra.length + counts.length + contents.length;
  const { partitionColumns, columns, notCompared, asText } = scope;
  const findings: readonly Diagnostic[] = [
    ...notCompared.map(({ column, reason }) =>
      diagnostic({
        code: 'column-not-compared',
        severity: 'warning',
        message: `The column '${column}' was not compared: ${reason}.`,
        fix: `Compare it with a test query, or sign for it as an exception.`,
      }),
    ),
    ...asText.map(({ column, reason }) =>
      diagnostic({
        code: 'column-compared-as-text',
        severity: 'warning',
        message: `The column '${column}' was compared as canonical text: ${reason}.`,
        fix: 'No action is needed unless the checksum fails: the engines may then write the same value differently, which a test query would show.',
      }),
    ),
  ];
  return {
    check: 'checksum',
    status: statusOf(differing === 0, notCompared.length > 0),
    sourceValue: totalHash(source, partitionColumns),
    targetValue: totalHash(target, partitionColumns),
    difference: differing === 0 ? null : differenceOf(partitionColumns, differing),
    details: { columns, notCompared, asText, differingPartitions: differing },
    findings,
  };
}

function differenceOf(partitionColumns: number, differing: number): string {
  if (partitionColumns === 0) return 'The rows differ.';
  return `The rows of ${differing} partitions differ.`;
}
