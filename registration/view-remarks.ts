import type { AssessedTable } from '../assessments/index.js';
import type { AcceptedTable } from './registered-table.js';
import type { Remark } from './remark.js';
import { commentedColumns, unnestedRows } from './views.js';
import type { ViewText } from './views.js';

/** Functions whose result depends on the session's time zone, which is always UTC in Athena. */
const zoned = [
  'at_timezone',
  'current_date',
  'current_time',
  'current_timestamp',
  'current_timezone',
  'from_iso8601_timestamp',
  'from_iso8601_timestamp_nanos',
  'from_unixtime',
  'localtime',
  'localtimestamp',
  'now',
  'parse_datetime',
];
/** Functions that tell where a query runs. */
const surroundings = ['current_catalog', 'current_path', 'current_schema', 'current_user', 'version'];

const fromSql = 'ViewOriginalText';

/** Notes for people about a view whose SQL is carried over. */
export function remarksOnView(source: AssessedTable, { query, reads }: ViewText): readonly Remark[] {
  const { view } = source;
  const remarks: Remark[] = [];
  const inZone = [...zoned.filter((name) => query.functions.has(name)), ...[...query.zoning].sort()];
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

/** Notes for people about a view over its tables. `targetOf` gives the table behind a name. */
export function remarksOnReads(
  text: ViewText,
  targetOf: (name: string) => AcceptedTable | undefined,
): readonly Remark[] {
  const { query, reads } = text;
  const names = [...new Set(reads.flatMap(({ name, metadata }) => (metadata === undefined ? [name] : [])))];
  const precise = names.flatMap((name) =>
    preciseColumns(targetOf(name))
      .filter((column) => query.hasStar || query.columnNames.has(column))
      .map((column) => `${name}.${column}`),
  );
  const remarks: Remark[] = [];
  if (unnestedRows(text, targetOf).length > 0) {
    remarks.push({
      text: 'UNNEST gives elements that are rows as one column, as in Athena, by transform(…, element -> ROW(element))',
      source: fromSql,
      fix: null,
    });
  }
  if (precise.length > 0) {
    remarks.push({
      text: `timestamps of tables have microseconds at the target, milliseconds in Athena, which their text and DISTINCT show: ${precise.join(', ')}`,
      source: fromSql,
      fix: 'Cast them to timestamp(3) where that matters, or set the session property timestamp_precision of the Hive catalog to MILLISECONDS.',
    });
  }
  return remarks;
}

/** Lower case: the columns with timestamps that have milliseconds in Athena. Those of Iceberg tables have microseconds there, too. */
function preciseColumns(table: AcceptedTable | undefined): readonly string[] {
  if (table === undefined || table.read.kind === 'metadata') return [];
  const { view, columns, partitionKeys } = table.source;
  return [...(view?.columns ?? columns), ...partitionKeys]
    .filter(({ type }) => /\btimestamp(\(3\))?(?=\s*(?:[,>)]|$))/i.test(type))
    .map(({ name }) => name.toLowerCase());
}
