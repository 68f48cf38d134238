import { diagnostic } from '../../../core/diagnostic.js';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { shownId } from '../../../state/repositories/ids.js';
import { hasPlanItems, listPlanItems } from '../../../state/repositories/plan-items.js';
import type { PlanItem, PlanItemList } from '../../../state/repositories/plan-items.js';
import { transformationResultsOf } from '../../../state/repositories/transformation-results.js';
import type { TransformationResult } from '../../../state/repositories/transformation-results.js';
import type { State } from '../../../state/store/state.js';
import { readPageOf } from '../page.js';
import type { PageOf } from '../page.js';
import { catalogText, list, nullable, object, oneOf, text, time } from '../schema.js';
import type { TypeOf } from '../schema.js';

export const planSchema = object({
  plan_sha256: text('SHA-256 of the Plan.'),
  template: text('Name of the mapping template.'),
  made_at: time('When the Terraform was synthesized.'),
});

export function planDocument(plan: TransformationResult): TypeOf<typeof planSchema> {
  return { plan_sha256: plan.plan_sha256, template: plan.template_name, made_at: plan.created_at.toISOString() };
}

export const planItemSchema = object({
  asset: catalogText('Such as table:sales.orders, database:sales or bucket:acme-raw.'),
  outcome: oneOf(['mapped', 'skipped', 'blocked'], 'Blocked: neither moved nor left out on purpose.'),
  what: catalogText('Where it goes, or why it does not.'),
  rule: nullable(text('Name of the rule that decided; null: no rule matches.')),
  rule_at: nullable(text('Where the rule is, as file:line.')),
  method: nullable(text('How a table is registered at the target.')),
  remarks: list(
    object({
      text: catalogText('What a person should know.'),
      source: catalogText('Which parameter or field says so.'),
      fix: nullable(text('What to do.')),
    }),
  ),
});

export function planItemDocument(item: PlanItem): TypeOf<typeof planItemSchema> {
  return {
    asset: item.asset_key,
    outcome: item.outcome,
    what: item.what,
    rule: item.rule,
    rule_at: item.rule_at,
    method: item.method,
    remarks: item.remarks.map(({ text: remark, source, fix }) => ({ text: remark, source, fix })),
  };
}

/** The Plan that an assessment was last synthesized with; undefined before that. */
export async function newestPlan(
  state: Pick<State, 'db'>,
  assessmentId: string,
): Promise<TransformationResult | undefined> {
  const [newest] = await transformationResultsOf(state, { assessmentId, limit: 1 });
  return newest;
}

/** The same, with its items. */
export async function storedPlan(
  state: Pick<State, 'db'>,
  assessmentId: string,
): Promise<Result<TransformationResult>> {
  const plan = await newestPlan(state, assessmentId);
  const isComplete = plan !== undefined && (await hasPlanItems(state, { assessmentId, planSha256: plan.plan_sha256 }));
  if (isComplete) return ok(plan);
  return fail([
    diagnostic({
      code: 'no-stored-plan',
      path: shownId(assessmentId),
      message: `The store does not contain a Plan for the assets of ${shownId(assessmentId)}.`,
      fix: 'Run `aws2openstack synth --assessment DIR --mapping FILE --save-to-db`.',
    }),
  ]);
}

/** The newest Plan of an assessment, and a page of its items. */
export async function pageOfPlan(
  state: Pick<State, 'db'>,
  assessmentId: string,
  asked: { readonly cursor?: string; readonly limit?: number },
  filters: Omit<PlanItemList, 'assessmentId' | 'planSha256'>,
): Promise<Result<{ readonly plan: TransformationResult; readonly page: PageOf<TypeOf<typeof planItemSchema>> }>> {
  const plan = await storedPlan(state, assessmentId);
  if (!plan.ok) return plan;
  const items = { assessmentId, planSha256: plan.value.plan_sha256, ...filters };
  const page = await readPageOf(asked, (request) => listPlanItems(state, items, request), planItemDocument);
  return page.ok ? ok({ plan: plan.value, page: page.value }) : page;
}
