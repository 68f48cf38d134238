import { canonicalJson, compareText } from '../core/canonical-json.js';
import type { MappedBucket, MappedDatabase, MappedTable, Plan, Unmapped } from './plan.js';
import type { Grant } from './template.js';

/**
 * The difference between two Plans for one asset, setting or grant; a missing side means that it is not in that Plan.
 */
export interface PlanChange {
  /** The key of an asset; `setting:target.topology`; `grant:<name>`, or `grants` for the order of those that both have. */
  readonly key: string;
  readonly before?: ItemSummary;
  readonly after?: ItemSummary;
}

/** An item without its source: what happens to the asset, and by which rule. */
export interface ItemSummary {
  readonly outcome: 'mapped' | 'skipped' | 'blocked' | 'set' | 'granted' | 'refused';
  readonly rule: string | null;
  /** Where it goes, or why it does not; what is set; who may do what. */
  readonly what: string;
}

type Summaries = ReadonlyMap<string, ItemSummary>;

/**
 * The assets, settings of the target and grants that were added, removed or are treated differently, in this order,
 * each sorted by key. A new name of a rule alone is not a change.
 */
export function diffPlans(before: Plan, after: Plan): readonly PlanChange[] {
  return [
    ...changes(assetsOf(before), assetsOf(after)),
    ...changes(settingsOf(before), settingsOf(after)),
    ...changes(grantsOf(before, after), grantsOf(after, before)),
  ];
}

function changes(old: Summaries, now: Summaries): PlanChange[] {
  return [...new Set([...old.keys(), ...now.keys()])].sort(compareText).flatMap((key) => {
    const [left, right] = [old.get(key), now.get(key)];
    const isSame = left?.outcome === right?.outcome && left?.what === right?.what;
    if (isSame) return [];
    return [{ key, ...(left === undefined ? {} : { before: left }), ...(right === undefined ? {} : { after: right }) }];
  });
}

function assetsOf({ buckets, databases, tables, skipped, blocked }: Plan): Summaries {
  const refused = (outcome: 'skipped' | 'blocked') => (item: Unmapped) =>
    [item.key, { outcome, rule: item.rule?.name ?? null, what: item.reason }] as const;
  return new Map<string, ItemSummary>([
    ...[...buckets, ...databases, ...tables].map(
      (item) => [item.key, { outcome: 'mapped', rule: item.rule.name, what: destinationOf(item) }] as const,
    ),
    ...skipped.map(refused('skipped')),
    ...blocked.map(refused('blocked')),
  ]);
}

/** The target's settings, each by its path. */
function settingsOf({ target }: Plan): Summaries {
  const leaves = (path: string, value: unknown): [string, ItemSummary][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, inner]) => leaves(`${path}.${key}`, inner))
      : [[`setting:${path}`, { outcome: 'set', rule: null, what: canonicalJson(value) }]];
  return new Map(leaves('target', target));
}

/** Grants by name, and the order of those that `other` has too: the first that matches decides. */
function grantsOf({ grants }: Plan, other: Plan): Summaries {
  const named = byName(grants);
  const others = byName(other.grants);
  const shared = [...named.keys()].filter((name) => others.has(name));
  return new Map<string, ItemSummary>([
    ['grants', { outcome: 'set', rule: null, what: `in this order: ${shared.join(', ')}` }],
    ...[...named].map(
      ([name, grant]) =>
        [
          `grant:${name}`,
          { outcome: grant.privileges.length > 0 ? 'granted' : 'refused', rule: null, what: describeGrant(grant) },
        ] as const,
    ),
  ]);
}

/** Grants of a child and its parent may have the same name: later ones are numbered. */
function byName(grants: readonly Grant[]): ReadonlyMap<string, Grant> {
  const named = new Map<string, Grant>();
  for (const grant of grants) {
    let name = grant.name;
    for (let number = 2; named.has(name); number += 1) name = `${grant.name} (${number})`;
    named.set(name, grant);
  }
  return named;
}

/** One line that says for whom a grant is, about what, and what it allows. */
export function describeGrant({ to, on, privileges, hide, mask, rows }: Grant): string {
  const parts: Readonly<Record<string, readonly string[]>> = {
    users: to.users,
    groups: to.groups,
    catalogs: on.catalogs,
    schemas: on.schemas,
    tables: on.tables,
    privileges,
    hide,
    mask: Object.entries(mask).map(([column, expression]) => `${column} as ${expression}`),
    rows: rows === null ? [] : [rows],
  };
  return Object.entries(parts)
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => `${name} ${values.join(', ')}`)
    .join('; ');
}

/** One line that says what an asset becomes, such as `table hive.sales.orders (external, s3://lake/orders/)`. */
export function destinationOf(item: MappedBucket | MappedDatabase | MappedTable): string {
  switch (item.kind) {
    case 'bucket':
      return `bucket ${item.targetBucket} (versioning ${item.versioning})`;
    case 'database':
      return `schema ${item.catalog}.${item.schema}`;
    case 'table':
      return `table ${item.catalog}.${item.schema}.${item.table} (${howAndWhere(item).join(', ')})`;
  }
}

function howAndWhere({ method, location, engine }: MappedTable): readonly string[] {
  return [method, ...(location === null ? [] : [location]), ...(engine === undefined ? [] : [`copied by ${engine}`])];
}
