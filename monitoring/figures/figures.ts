import { sql } from 'kysely';
import type { State } from '../../state/index.js';
import { shownId } from '../../state/repositories/ids.js';

/** One metric as Prometheus names it, with its value by labels. */
export interface Figure {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly values: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

interface Row {
  readonly assessment: string;
  readonly value: number;
  readonly [label: string]: string | number;
}

/** What an operator watches of the migrations: of each assessment that has jobs, and of the newest one. */
export async function figuresOf({ db }: Pick<State, 'db'>): Promise<readonly Figure[]> {
  const { rows: tables } = await sql<Row>`
    WITH newest AS (SELECT * FROM assessments ORDER BY timestamp DESC, id LIMIT 1)
    SELECT id AS assessment, 'READY' AS readiness, migration_ready AS value FROM newest
    UNION ALL SELECT id, 'NEEDS_CONVERSION', needs_conversion FROM newest
    UNION ALL SELECT id, 'UNKNOWN', unknown FROM newest`.execute(db);
  const { rows: jobs } = await sql<Row>`
    SELECT assessment_id AS assessment, status, sum(jobs)::integer AS value FROM migration_job_totals
    GROUP BY assessment_id, status ORDER BY assessment_id, status`.execute(db);
  const { rows: bytes } = await sql<Row & { total: number; rows: number }>`
    SELECT job.assessment_id AS assessment, sum(job.bytes_copied)::bigint AS value,
      sum(greatest(coalesce(job.bytes_total, tables.estimated_size_bytes, 0), job.bytes_copied))::bigint AS total,
      sum(job.rows_copied)::bigint AS rows
    FROM migration_jobs job JOIN tables ON tables.id = job.table_id
    WHERE job.job_type <> 'VALIDATE' AND job.status <> 'CANCELLED'
    GROUP BY job.assessment_id ORDER BY job.assessment_id`.execute(db);
  const { rows: checks } = await sql<Row>`
    SELECT assessment_id AS assessment, validation_type AS check, status, results AS value FROM validation_totals
    ORDER BY assessment_id, validation_type, status`.execute(db);
  return [
    figure('assessment_tables', 'Tables of the newest assessment, by readiness.', ['readiness'], tables),
    figure('migration_jobs', 'Jobs that move tables, by status.', ['status'], jobs),
    figure('migration_copied_bytes', 'Bytes that have arrived.', [], bytes),
    figure('migration_expected_bytes', 'Bytes to copy, as listed or estimated.', [], pick(bytes, 'total')),
    figure('migration_copied_rows', 'Rows that Trino loaded.', [], pick(bytes, 'rows')),
    figure('validation_results', 'The newest result of each job, by check and status.', ['check', 'status'], checks),
  ];
}

function pick(rows: readonly Row[], name: string): readonly Row[] {
  return rows.map(({ assessment, [name]: value }) => ({ assessment, value: Number(value) }));
}

function figure(name: string, help: string, labels: readonly string[], rows: readonly Row[]): Figure {
  const labelNames = ['assessment', ...labels];
  return {
    name: `aws2openstack_${name}`,
    help,
    labelNames,
    values: rows.map((row) => ({
      labels: Object.fromEntries(
        labelNames.map((label) => [label, label === 'assessment' ? shownId(row.assessment) : String(row[label])]),
      ),
      value: row.value,
    })),
  };
}
