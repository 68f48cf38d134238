import { sha256 } from '../core/canonical-json.js';
import { destinationOf } from './diff-plans.js';
import type { RegistrationMethod } from '../registration/index.js';
import type { AssetKey, MappedTable, Plan, PlanSource, PlanTotals } from './plan.js';
import type { Target } from './template.js';

/** A Plan as `plan --json` prints it: every asset once, without its source. */
export interface PlanDocument {
  readonly source: PlanSource;
  readonly target: Target;
  readonly totals: PlanTotals;
  readonly items: readonly PlanDocumentItem[];
}

export interface PlanDocumentItem {
  readonly key: AssetKey;
  readonly outcome: 'mapped' | 'skipped' | 'blocked';
  /** Where it goes, or why it does not. */
  readonly what: string;
  readonly rule: string | null;
  /** The place of the rule, as `file:line`. */
  readonly at: string | null;
  readonly method?: RegistrationMethod;
  readonly remarks?: MappedTable['remarks'];
  /** Names of the tables that the migration makes for it; left out where there are none. */
  readonly helpers?: MappedTable['helpers'];
}

export function planDocument({
  source,
  target,
  totals,
  buckets,
  databases,
  tables,
  skipped,
  blocked,
}: Plan): PlanDocument {
  return {
    source,
    target,
    totals,
    items: [
      ...[...buckets, ...databases, ...tables].map((item): PlanDocumentItem => ({
        key: item.key,
        outcome: 'mapped',
        what: destinationOf(item),
        rule: item.rule.name,
        at: placeOf(item.rule),
        ...(item.kind === 'table'
          ? { method: item.method, remarks: item.remarks, ...(item.helpers.length > 0 && { helpers: item.helpers }) }
          : {}),
      })),
      ...(['skipped', 'blocked'] as const).flatMap((outcome) =>
        ({ skipped, blocked })[outcome].map((item): PlanDocumentItem => ({
          key: item.key,
          outcome,
          what: item.reason,
          rule: item.rule?.name ?? null,
          at: item.rule === null ? null : placeOf(item.rule),
        })),
      ),
    ],
  };
}

/**
 * Identifies what becomes of every asset. Where its rules stand, what they say of validation, and which authorities the
 * target has, makes no other Plan: a migration that has begun may be validated by other rules, and certificates expire.
 */
export function planSha256(plan: Plan): string {
  const { source, target, items } = planDocument(plan);
  const { region, accountId, assessedAt } = source;
  return sha256(
    JSON.stringify({
      region,
      accountId,
      assessedAt,
      target: { ...target, trust: undefined },
      items: items.map(withoutPlace),
    }),
  );
}

function withoutPlace({ key, outcome, what, rule, method, remarks, helpers }: PlanDocumentItem): object {
  return { key, outcome, what, rule, method, remarks, helpers };
}

function placeOf({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file}:${line}`;
}
