import { sql } from 'kysely';
import { tableQueue } from '../../migration/run/index.js';
import { openQueue } from '../../state/index.js';
import type { State } from '../../state/index.js';

/** Stores the statements that a worker would run for each table, so that they can be looked at and the jobs steered. */
export async function fillOrders(state: State, assessmentId: string): Promise<void> {
  const boss = await openQueue(state, { queues: [tableQueue], supervise: false, onProblem: console.error });
  await boss.stop({ graceful: false });
  await sql`
    INSERT INTO migration_work_orders (migration_job_id, queue, payload)
    SELECT job.id, ${tableQueue}, jsonb_build_object('entries', jsonb_build_array(
      jsonb_build_object('phase', 'schema', 'method', 'schema',
        'target', jsonb_build_object('catalog', 'lake', 'schema', database_name, 'table', NULL),
        'statements', jsonb_build_array(format('CREATE SCHEMA IF NOT EXISTS "lake".%I', database_name)),
        'load', '[]'::jsonb, 'cleanup', '[]'::jsonb),
      jsonb_build_object('phase', 'table', 'method', CASE WHEN is_iceberg THEN 'register' ELSE 'convert' END,
        'target', jsonb_build_object('catalog', 'lake', 'schema', database_name, 'table', table_name),
        'statements', jsonb_build_array(CASE WHEN is_iceberg
          THEN format(E'CALL "lake".system.register_table(\n  schema_name => %L,\n  table_name => %L,\n  table_location => %L)',
            database_name, table_name, storage_location)
          ELSE format(E'CREATE TABLE "lake".%I.%I\nWITH (format = ''PARQUET'')\nAS SELECT * FROM "hive".%I.%I\nWITH NO DATA',
            database_name, table_name, database_name, table_name) END),
        'load', CASE WHEN is_iceberg THEN '[]'::jsonb ELSE jsonb_build_array(
          format(E'INSERT INTO "lake".%I.%I\nSELECT * FROM "hive".%I.%I', database_name, table_name, database_name, table_name)) END,
        'cleanup', CASE WHEN is_iceberg THEN '[]'::jsonb ELSE jsonb_build_array(
          format('DROP TABLE IF EXISTS "hive".%I.%I', database_name, table_name)) END)))
    FROM migration_jobs job JOIN tables ON tables.id = job.table_id
    WHERE job.assessment_id = ${assessmentId} AND job.job_type <> 'VALIDATE'`.execute(state.db);
}
