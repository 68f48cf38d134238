import { sql } from 'kysely';
import { bigBang } from '../migration/cutover/index.js';
import { openCutover } from '../state/index.js';
import type { State } from '../state/index.js';

const template = '00000000-0000-4000-8000-000000000001';

/** Stores a Plan for the 100,000 tables of an assessment, and a cutover that nobody has started. */
export async function storePlan(state: State, assessmentId: string): Promise<void> {
  const { db } = state;
  await sql`
    INSERT INTO mapping_templates (id, name, sources, sha256) VALUES (${template}, 'bench', '[]', 'bench')
    ON CONFLICT DO NOTHING`.execute(db);
  await sql`
    INSERT INTO transformation_results (assessment_id, mapping_template_id, variables, plan_sha256, output_sha256,
      tool_version, totals)
    VALUES (${assessmentId}, ${template}, '{}', 'bench', 'bench', '0.1.0', '{}')`.execute(db);
  await sql`
    INSERT INTO plan_items
    SELECT assessment_id, 'bench', 'table:' || database_name || '.' || table_name,
      (ARRAY['mapped', 'skipped', 'blocked'])[1 + column_count % 3], 'lake.' || table_name, 'tables', 'a.yaml:1', 'external', '[]'
    FROM tables WHERE assessment_id = ${assessmentId} ON CONFLICT DO NOTHING`.execute(db);
  await sql`ANALYZE plan_items`.execute(db);
  await openCutover(state, { assessmentId, steps: bigBang });
}
