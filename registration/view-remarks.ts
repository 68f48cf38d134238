import type { AssessedTable } from '../assessments/index.js';
import type { Remark } from './remark.js';
import { commentedColumns } from './views.js';
import type { ViewText } from './views.js';

/** Functions whose result depends on the session's time zone, which is always UTC in Athena. */
const zoned = [
  'current_date',
  'current_time',
  'current_timestamp',
  'current_timezone',
  'from_iso8601_timestamp',
  'from_unixtime',
  'localtime',
  'localtimestamp',
  'now',
];
/** Functions that tell where a query runs. */
const surroundings = ['current_catalog', 'current_path', 'current_schema', 'current_user', 'version'];

const fromSql = 'ViewOriginalText';

/** What a person should know about a view whose SQL is carried over. */
export function remarksOnView(source: AssessedTable, { query, reads }: ViewText): readonly Remark[] {
  const { view } = source;
  const remarks: Remark[] = [];
  const inZone = zoned.filter((name) => query.functions.has(name));
  if (inZone.length > 0) {
    remarks.push({
      text: `the result of ${inZone.join(', ')} depends on the session's time zone, which is always UTC in Athena`,
      source: fromSql,
      fix: 'Let clients set the session time zone UTC, or set sql.forced-session-time-zone=UTC in Trino.',
    });
  }
  const telling = surroundings.filter((name) => query.functions.has(name));
  if (telling.length > 0) {
    remarks.push({
      text: `${telling.join(', ')} tell the target's names, not those of Athena`,
      source: fromSql,
      fix: 'Change what compares them with names of the source.',
    });
  }
  if (query.unnested.length > 0) {
    remarks.push({
      text: 'UNNEST gives elements that are rows as one column, as in Athena, by transform(…, element -> ROW(element))',
      source: fromSql,
      fix: null,
    });
  }
  const hidden = [...new Set(query.hiddenColumns.map(({ name }) => `"${name}"`))];
  if (hidden.length > 0) {
    remarks.push({
      text: `${hidden.join(', ')} tell where files lie at the target`,
      source: fromSql,
      fix: 'Change what compares them with locations of the source, where buckets are renamed or tables are converted.',
    });
  }
  const metadata = [...new Set(reads.flatMap((each) => (each.metadata === undefined ? [] : [`"$${each.metadata}"`])))];
  if (metadata.length > 0) {
    remarks.push({
      text: `${metadata.join(', ')} describe the tables as they are at the target`,
      source: fromSql,
      fix: null,
    });
  }
  if (view?.runsAs === 'definer') {
    remarks.push({
      text: "it ran with its definer's privileges and runs with those of the user who reads it",
      source: 'view security DEFINER',
      fix: 'Grant its readers the tables that it reads.',
    });
  }
  if (view?.isMaterialized === true) {
    remarks.push({
      text: 'it was materialized and becomes a plain view, which reads its tables each time',
      source: 'Presto Materialized View',
      fix: null,
    });
  }
  const precise = (view?.columns ?? []).filter(({ type }) => /^timestamp(\(3\))?$/i.test(type)).map(({ name }) => name);
  if (precise.length > 0) {
    remarks.push({
      text: `timestamps of tables have microseconds at the target, milliseconds in Athena: ${precise.join(', ')}`,
      source: "the view's columns",
      fix: 'Cast them to timestamp(3) where their text matters, or set the session property timestamp_precision of the Hive catalog to MILLISECONDS.',
    });
  }
  const lost = commentedColumns(source).filter(({ name }) => query.columns?.includes(name.toLowerCase()) !== true);
  if (lost.length > 0) {
    remarks.push({
      text: `comments of columns that its SQL does not name are left out: ${lost.map(({ name }) => name).join(', ')}`,
      source: "the view's columns",
      fix: null,
    });
  }
  return remarks;
}
