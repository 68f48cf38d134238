import type { Selectable } from 'kysely';
import { canonicalJson } from '../../core/canonical-json.js';
import { jsonWithoutCredentials, withoutCredentials } from '../../core/credentials.js';
import type { StateTables, StoredTemplateSource, StoredTotals } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { lockShared } from './shared-rows.js';

/** One synth: which template turned which assessment into which Terraform. */
export interface NewTransformationResult {
  readonly assessmentId: string;
  readonly template: {
    readonly name: string;
    readonly description: string | null;
    readonly sources: readonly StoredTemplateSource[];
    /** Over the template texts as they were read. */
    readonly sha256: string;
    readonly variables: Readonly<Record<string, unknown>>;
  };
  readonly planSha256: string;
  readonly outputSha256: string;
  readonly toolVersion: string;
  readonly totals: StoredTotals;
}

/** With the name of its template; lists are sorted newest first. */
export interface TransformationResult extends Selectable<StateTables['transformation_results']> {
  readonly template_name: string;
  readonly template_sha256: string;
}

/**
 * Stores the template once, and each synth with a new result: a pipeline may synthesize the same input several times.
 * Returns the id of the result.
 */
export async function storeTransformationResult({ db }: State, result: NewTransformationResult): Promise<string> {
  const { name, description, sources, sha256, variables } = result.template;
  return await db.transaction().execute(async (transaction) => {
    await lockShared(transaction, 'use');
    await transaction
      .insertInto('mapping_templates')
      .values({
        name,
        description: description === null ? null : withoutCredentials(description),
        sha256,
        sources: jsonWithoutCredentials(sources),
      })
      .onConflict((conflict) => conflict.column('sha256').doNothing())
      .execute();
    const template = await transaction
      .selectFrom('mapping_templates')
      .select('id')
      .where('sha256', '=', sha256)
      .executeTakeFirstOrThrow();
    const made = {
      assessment_id: result.assessmentId,
      mapping_template_id: template.id,
      plan_sha256: result.planSha256,
      output_sha256: result.outputSha256,
      tool_version: result.toolVersion,
    };
    const newest = await transaction
      .selectFrom('transformation_results')
      .select(['id', 'assessment_id', 'mapping_template_id', 'plan_sha256', 'output_sha256', 'tool_version'])
      .where('assessment_id', '=', result.assessmentId)
      .orderBy('created_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (newest !== undefined && canonicalJson({ ...newest, ...made }) === canonicalJson(newest)) return newest.id;
    const { id } = await transaction
      .insertInto('transformation_results')
      .values({ ...made, variables: jsonWithoutCredentials(variables), totals: JSON.stringify(result.totals) })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  });
}

/** Newest first. */
export async function transformationResultsOf(
  { db }: Pick<State, 'db'>,
  { assessmentId, limit }: { readonly assessmentId: string; readonly limit: number },
): Promise<TransformationResult[]> {
  return await withTemplate(db)
    .where('assessment_id', '=', assessmentId)
    .orderBy('transformation_results.created_at', 'desc')
    .orderBy('transformation_results.id')
    .limit(limit)
    .execute();
}

/** The assessments from which exactly this Terraform was generated, the most recent first. */
export async function assessmentsOfOutput({ db }: State, outputSha256: string): Promise<string[]> {
  const found = await db
    .selectFrom('transformation_results')
    .select('assessment_id')
    .where('output_sha256', '=', outputSha256)
    .groupBy('assessment_id')
    .orderBy(({ fn }) => fn.max('created_at'), 'desc')
    .limit(100)
    .execute();
  return found.map(({ assessment_id }) => assessment_id);
}

/** Ids of the assessments for which other Terraform than this was generated after it. */
export async function assessmentsWithNewerOutput(
  state: Pick<State, 'db'>,
  { outputSha256, assessmentIds }: { readonly outputSha256: string; readonly assessmentIds: readonly string[] },
): Promise<string[]> {
  if (assessmentIds.length === 0) return [];
  const newest = await state.db
    .selectFrom('transformation_results')
    .distinctOn('assessment_id')
    .select(['assessment_id', 'output_sha256'])
    .where('assessment_id', 'in', assessmentIds)
    .orderBy('assessment_id')
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
  return newest.flatMap(({ assessment_id, output_sha256 }) => (output_sha256 === outputSha256 ? [] : [assessment_id]));
}

function withTemplate(db: State['db']) {
  return db
    .selectFrom('transformation_results')
    .innerJoin('mapping_templates', 'mapping_templates.id', 'mapping_template_id')
    .selectAll('transformation_results')
    .select(['mapping_templates.name as template_name', 'mapping_templates.sha256 as template_sha256']);
}
