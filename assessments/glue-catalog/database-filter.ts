import { compareText } from '../../core/canonical-json.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { compileGlobs, parseGlob, splitGlobs } from '../../core/glob.js';
import type { AssessedDatabase, Finding } from '../assessment.js';

export const noMatchCode = 'no-database-matches';

/** More names than a person reads in one message. */
const maxNamed = 10;

/** A filter that selects nothing is a mistake: an empty report would replace a good one. */
export function noDatabaseMatches(filter: string, names: readonly string[]): Diagnostic {
  const named = [...names].sort(compareText).slice(0, maxNamed).join(', ');
  const rest = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : '';
  return diagnostic({
    code: noMatchCode,
    path: '--databases',
    message: `No database matches '${filter}'; ${names.length === 0 ? 'the catalog has none' : `the catalog has ${named}${rest}`}. Nothing was written.`,
    fix: 'Correct --databases, or leave it out to assess all databases; check --region, --profile and --catalog-id.',
  });
}

/** A finding for each glob of the filter that selects no database, where others do. */
export function globsWithoutMatch(filter: string, selected: readonly AssessedDatabase[]): readonly Finding[] {
  return splitGlobs(filter)
    .filter((glob) => parseGlob(glob).ok)
    .filter((glob) => !selected.some(({ name }) => compileGlobs([glob])(name)))
    .map((glob) => ({
      code: 'filter-matches-nothing',
      severity: 'warning',
      asset: '',
      message: `'${glob}' in --databases matches no database of the catalog.`,
      fix: 'Correct the name in --databases and run `aws2openstack assess glue-catalog` again.',
    }));
}
