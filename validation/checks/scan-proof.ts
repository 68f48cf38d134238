import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { QueryFigures } from '../engines/query-engine.js';
import type { Side } from '../values/form.js';
import type { CheckResult } from './check-result.js';

/**
 * An engine that counts from metadata has read fewer rows than it counted. Such a check does not pass: counts from
 * metadata may be wrong after deletes.
 */
export function withScanProof(
  results: readonly CheckResult[],
  counted: Readonly<Record<Side, bigint>>,
  figures: Readonly<Record<Side, QueryFigures>>,
): readonly CheckResult[] {
  const findings = (['source', 'target'] as const).flatMap((side) => findingsOn(side, counted[side], figures[side]));
  if (findings.length === 0) return results;
  return results.map((result) => ({
    ...result,
    status: result.status === 'passed' ? 'warning' : result.status,
    findings: [...result.findings, ...findings],
  }));
}

function findingsOn(
  side: Side,
  counted: bigint,
  { queryId, rowsRead, bytesRead }: QueryFigures,
): readonly Diagnostic[] {
  const isProven = rowsRead === null ? counted === 0n || (bytesRead ?? 0) > 0 : BigInt(rowsRead) >= counted;
  if (isProven) return [];
  const read = rowsRead === null ? 'does not say how many rows it read' : `read ${rowsRead} rows`;
  return [
    diagnostic({
      code: 'scan-not-proven',
      severity: 'warning',
      message: `The query ${queryId} of the ${side} counted ${String(counted)} rows, but ${read}: it may not have read the table.`,
      fix: 'Look up the query in the engine, and analyze or compact the table if its metadata answered it.',
    }),
  ];
}
