import type { Readiness, TableFormat } from '../assessment.js';

interface Judgement {
  readonly readiness: Readiness;
  readonly source: 'format' | 'table-parameter';
  readonly notes: readonly string[];
}

/** Why a format needs a person. Formats that are not here need none. */
const reviewReasons: Readonly<Partial<Record<TableFormat, string>>> = {
  CSV: 'Manual review: CSV files carry no types; check delimiter, quoting, header lines and NULL text.',
  JSON: 'Manual review: JSON files carry no schema; check key names, nesting and malformed lines.',
  TEXT: 'Manual review: a pattern or a delimiter makes the columns; check that Trino reads it alike.',
  DELTA:
    'Manual review: a Delta table; its _delta_log decides which files count. Convert it at the source or read it natively in Trino.',
  HUDI: 'Manual review: a Hudi table; its .hoodie timeline decides which files count. Convert it at the source or read it natively in Trino.',
  VIEW: 'Manual review: a view holds no data; its SQL must be checked on the target.',
  RESOURCE_LINK: 'Manual review: a resource link holds no data; its target is what migrates.',
  UNKNOWN: 'Manual review: the format is not known.',
};

const overrides: Readonly<Record<string, Readiness>> = {
  ready: 'READY',
  needs_conversion: 'NEEDS_CONVERSION',
  unknown: 'UNKNOWN',
};

/** Readiness by format, unless the table parameter `migration_readiness` says otherwise. */
export function judgeReadiness(format: TableFormat, parameter: string | undefined): Judgement {
  const byFormat = readinessOf(format);
  const reason = reviewReasons[format];
  const reasons = reason === undefined ? [] : [reason];
  if (parameter === undefined) return { readiness: byFormat, source: 'format', notes: reasons };
  const word = parameter.trim().toLowerCase().replaceAll('-', '_');
  const override = Object.hasOwn(overrides, word) ? overrides[word] : undefined;
  if (override === undefined) {
    const note = `migration_readiness=${JSON.stringify(parameter)} in Glue is ignored; allowed are ready, needs_conversion, unknown.`;
    return { readiness: byFormat, source: 'format', notes: [...reasons, note] };
  }
  const note = `Readiness ${override} is set by the table parameter migration_readiness; its format alone says ${byFormat}.`;
  return {
    readiness: override,
    source: 'table-parameter',
    notes: override === 'UNKNOWN' ? [...reasons, note] : [note],
  };
}

function readinessOf(format: TableFormat): Readiness {
  if (format === 'ICEBERG') return 'READY';
  return format === 'PARQUET' || format === 'ORC' || format === 'AVRO' ? 'NEEDS_CONVERSION' : 'UNKNOWN';
}
