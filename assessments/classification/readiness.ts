import type { AssessedTable, Readiness, TableFormat } from '../assessment.js';

type Judgement = Pick<AssessedTable, 'readiness' | 'readinessSource' | 'notes'>;

/** Why a format needs manual review. Formats that are not here do not. */
const reviewReasons: Readonly<Partial<Record<TableFormat, string>>> = {
  CSV: 'Manual review: CSV files have no types; check delimiter, quoting, header lines and NULL text.',
  JSON: 'Manual review: JSON files have no schema; check key names, nesting and malformed lines.',
  TEXT: 'Manual review: a pattern or a delimiter defines the columns; check that Trino reads them the same way.',
  DELTA:
    'Manual review: a Delta table; its _delta_log decides which files count. Convert it at the source or read it natively in Trino.',
  HUDI: 'Manual review: a Hudi table; its .hoodie timeline decides which files count. Convert it at the source or read it natively in Trino.',
  VIEW: 'Manual review: a view holds no data; its SQL must be checked on the target.',
  RESOURCE_LINK: 'Manual review: a resource link holds no data; its target is migrated instead.',
  UNKNOWN: 'Manual review: the format is not known.',
};

const overrides: Readonly<Record<string, Readiness>> = {
  ready: 'READY',
  needs_conversion: 'NEEDS_CONVERSION',
  unknown: 'UNKNOWN',
};

/**
 * Readiness by format, UNKNOWN where there are obstacles, unless the table parameter `migration_readiness` says otherwise.
 * The reasons stay in the notes either way.
 */
export function judgeReadiness(
  format: TableFormat,
  obstacles: readonly string[],
  parameter: string | undefined,
): Judgement {
  const found = obstacles.length > 0 ? 'UNKNOWN' : readinessOf(format);
  const reason = reviewReasons[format];
  const reasons = [...(reason === undefined ? [] : [reason]), ...obstacles.map(reviewNote)];
  if (parameter === undefined) return { readiness: found, readinessSource: 'format', notes: reasons };
  const word = parameter.trim().toLowerCase().replaceAll('-', '_');
  const override = Object.hasOwn(overrides, word) ? overrides[word] : undefined;
  if (override === undefined) {
    const note = `migration_readiness=${JSON.stringify(parameter)} in Glue is ignored; allowed are ready, needs_conversion, unknown.`;
    return { readiness: found, readinessSource: 'format', notes: [...reasons, note] };
  }
  const note = `Readiness ${override} is set by the table parameter migration_readiness; without it, it would be ${found}.`;
  return { readiness: override, readinessSource: 'table-parameter', notes: [...reasons, note] };
}

/** The table with one more obstacle, found in its partitions or in other tables. */
export function withObstacle(table: AssessedTable, obstacle: string): AssessedTable {
  const notes = [...table.notes, reviewNote(obstacle)];
  return table.readinessSource === 'table-parameter' ? { ...table, notes } : { ...table, readiness: 'UNKNOWN', notes };
}

function reviewNote(obstacle: string): string {
  return `Manual review: ${obstacle}.`;
}

function readinessOf(format: TableFormat): Readiness {
  if (format === 'ICEBERG') return 'READY';
  return format === 'PARQUET' || format === 'ORC' || format === 'AVRO' ? 'NEEDS_CONVERSION' : 'UNKNOWN';
}
