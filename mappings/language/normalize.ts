import type { Condition, Destination, Rule, RuleOrigin } from '../template.js';

/** A rule as the file has it, after its variables were replaced and its JSON Schema accepted it. */
export interface RawRule {
  readonly name: string;
  readonly when: RawCondition;
  readonly to?: Destination;
  readonly skip?: string;
  readonly block?: string;
}

type OneOrMany<T> = T extends readonly (infer Item)[] ? Item | T : T;

/** Where one value will do, a list may stand. */
export type RawCondition = {
  readonly [Key in Exclude<keyof Condition, 'not' | 'any' | 'all'>]: OneOrMany<Condition[Key]>;
} & { readonly not?: RawCondition; readonly any?: readonly RawCondition[]; readonly all?: readonly RawCondition[] };

const listKeys = [
  'kind',
  'service',
  'database',
  'table',
  'bucket',
  'location',
  'format',
  'readiness',
  'tableType',
  'serde',
  'traits',
  'partitionKeys',
] as const;

export function normalizeRule(raw: RawRule, origin: RuleOrigin): Rule {
  return { name: raw.name, when: normalizeCondition(raw.when), action: actionOf(raw), origin };
}

function actionOf({ to, skip, block }: RawRule): Rule['action'] {
  if (skip !== undefined) return { type: 'skip', reason: skip };
  if (block !== undefined) return { type: 'block', reason: block };
  return { type: 'map', to: to ?? {} };
}

function normalizeCondition(raw: RawCondition): Condition {
  const { not, any, all, ...flat } = raw;
  const lists = Object.fromEntries(
    listKeys.filter((key) => flat[key] !== undefined).map((key) => [key, [flat[key]].flat()]),
  );
  return {
    ...(flat as Condition),
    ...lists,
    ...(not === undefined ? {} : { not: normalizeCondition(not) }),
    ...(any === undefined ? {} : { any: any.map(normalizeCondition) }),
    ...(all === undefined ? {} : { all: all.map(normalizeCondition) }),
  };
}
