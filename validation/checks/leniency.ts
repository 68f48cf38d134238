import { diagnostic } from '../../core/diagnostic.js';
import type { CheckResult } from './check-result.js';

/** A column, and what counts as equal in it although it is not the same, such as 'empty text and NULL'. */
export interface LenientColumn {
  readonly column: string;
  readonly reason: string;
}

/** Says by which rules values of this check counted as equal: whoever reads that it passed must know of them. */
export function withLeniency(result: CheckResult, lenient: readonly LenientColumn[]): CheckResult {
  const findings = [...Map.groupBy(lenient, ({ reason }) => reason)].map(([reason, own]) =>
    diagnostic({
      code: 'compared-leniently',
      severity: 'warning',
      message: `Under a rule of the mapping, ${reason} counted as equal in ${own.map(({ column }) => `'${column}'`).join(', ')}.`,
      fix: 'No action is needed if the owner of the data agrees; otherwise remove it from `validate.equality`, and validate again.',
    }),
  );
  return { ...result, findings: [...result.findings, ...findings] };
}
