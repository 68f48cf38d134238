import { compileCondition, holdsAll } from '../conditions/index.js';
import type { Asset } from '../conditions/index.js';
import type { RuleReference } from '../plan.js';
import type { Action, AssetKind, MappingRule } from '../template.js';
import { possibleKinds } from '../language/index.js';

export interface Decision {
  readonly action: Action;
  readonly rule: RuleReference;
}

/** The first rule whose condition holds, `undefined` when none does. */
export function firstMatch(rules: readonly MappingRule[]): (asset: Asset) => Decision | undefined {
  const compiled = rules.map((rule) => ({
    checks: compileCondition(rule.when),
    decision: { action: rule.action, rule: referenceTo(rule) },
    kinds: possibleKinds(rule.when),
  }));
  const ofKind = (kind: AssetKind): typeof compiled => compiled.filter(({ kinds }) => kinds.includes(kind));
  const byKind = { bucket: ofKind('bucket'), database: ofKind('database'), table: ofKind('table') };
  return (asset) => byKind[asset.kind].find(({ checks }) => holdsAll(checks, asset))?.decision;
}

function referenceTo({ name, origin }: MappingRule): RuleReference {
  return { name, ...origin };
}
