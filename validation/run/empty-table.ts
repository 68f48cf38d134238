import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { Result } from '../../core/result.js';
import type { CheckResult } from '../checks/check-result.js';
import type { SourceChange } from './source-change.js';

/**
 * No rows on either side are equal, but prove nothing where the source's files hold something: engines pass over files in
 * folders within a location, over hidden ones, and over those at another place.
 *
 * @param looks at the objects of the source; none where nobody looked
 */
export function withFilesOfEmptyTable(
  results: readonly CheckResult[],
  looks: readonly Result<SourceChange | null>[],
): readonly CheckResult[] {
  const last = looks.at(-1);
  const finding = last === undefined ? undefined : findingOn(last);
  if (finding === undefined) return results;
  return results.map((result) =>
    result.check === 'row_count' && result.sourceValue === '0' && result.targetValue === '0'
      ? {
          ...result,
          status: result.status === 'passed' ? 'warning' : result.status,
          difference: result.difference ?? finding.message,
          findings: [...result.findings, finding],
        }
      : result,
  );
}

function findingOn(look: Result<SourceChange | null>): Diagnostic | undefined {
  if (!look.ok) return unread('the source could not be listed, so that it is not known whether its files hold any');
  if (look.value === null || look.value.bytes === 0) return undefined;
  const { objects, bytes } = look.value;
  return unread(`the ${objects} objects of the source hold ${bytes} bytes`);
}

function unread(but: string): Diagnostic {
  return diagnostic({
    code: 'validation-empty-with-files',
    severity: 'warning',
    message: `Neither side has a row, but ${but}.`,
    fix: 'Look for files in subfolders of the location, names that begin with _ or a dot, unregistered partitions, and a wrong location; if the files have no rows, sign for `row_count` as an exception.',
  });
}
