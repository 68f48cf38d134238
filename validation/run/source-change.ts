import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { Result } from '../../core/result.js';
import type { CheckResult } from '../checks/check-result.js';

/** How the files of a source differ from those that were copied. */
export interface SourceChange {
  /** The objects now at the source. */
  readonly objects: number;
  readonly bytes: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Names of some of them: `s3://…`. */
  readonly examples: readonly string[];
}

/** Compares the files of a source with those that a job copied; `null` where the job has copied none of its own. */
export type SourceWatch = (migrationJobId: string, signal: AbortSignal) => Promise<Result<SourceChange | null>>;

/**
 * A source that changes under its validation is not a mismatch, and never passes: each result says that it has changed.
 *
 * @param looks before the checks and after them
 */
export function withSourceChange(
  results: readonly CheckResult[],
  looks: readonly Result<SourceChange | null>[],
): readonly CheckResult[] {
  const change = looks.flatMap((look) =>
    look.ok && look.value !== null && hasChanged(look.value) ? [look.value] : [],
  );
  const last = change.at(-1);
  if (last !== undefined) return results.map((result) => changed(result, sourceChanged(last)));
  const unknown = looks.find((look) => !look.ok);
  if (unknown?.ok !== false) return results;
  const finding = notListed(unknown.error);
  return results.map((result) => ({ ...result, findings: [...result.findings, finding] }));
}

function hasChanged({ added, changed, removed }: SourceChange): boolean {
  return added + changed + removed > 0;
}

function changed(result: CheckResult, finding: Diagnostic): CheckResult {
  return {
    ...result,
    status: result.status === 'passed' ? 'warning' : result.status,
    difference: result.difference === null ? finding.message : `${finding.message} ${result.difference}`,
    findings: [...result.findings, finding],
  };
}

function sourceChanged({ added, changed: other, removed, examples }: SourceChange): Diagnostic {
  const counts = { new: added, overwritten: other, gone: removed };
  const parts = Object.entries(counts).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]));
  return diagnostic({
    code: 'source-changed',
    severity: 'warning',
    message: `The source has changed since it was copied: of its objects, ${parts.join(', ')} (${examples.join(', ')}).`,
    fix: 'Validate with --resync, which copies them again, or validate when nothing is being written at the source.',
  });
}

function notListed(reasons: readonly Diagnostic[]): Diagnostic {
  return diagnostic({
    code: 'source-not-listed',
    severity: 'warning',
    message: `It is not known whether the source has changed since it was copied: ${reasons.map(({ message }) => message).join(' ')}`,
    fix: "Allow the source's credentials to list its buckets (s3:ListBucket).",
  });
}
