import type { Assessment } from '../assessments/index.js';
import { diagnostic } from '../core/diagnostic.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import { makeManifest, tablesByName, tablesReadBy } from '../registration/index.js';
import type { HelperTable, Remark, TableEngine } from '../registration/index.js';
import { assetsOf, compileCondition } from './conditions/index.js';
import type { Asset } from './conditions/index.js';
import { destinationOf } from './diff-plans.js';
import { grantsOn } from './grants-on-table.js';
import { suggestion } from './language/index.js';
import type { AssetKey, MappedTable, Plan } from './plan.js';
import type { Grant, MappingTemplate, RuleOrigin, ValidationSettings } from './template.js';

/** Why an asset is mapped, skipped or blocked. */
export interface Explanation {
  readonly key: AssetKey;
  readonly outcome: 'mapped' | 'skipped' | 'blocked';
  /** Where it goes, or why it does not. */
  readonly what: string;
  readonly remarks: readonly Remark[];
  /** Of a mapped table: what it becomes, and who may do what with it. */
  readonly table?: ExplainedTable;
  /** Rules in the order in which they were tried, up to the one that decided. */
  readonly tried: readonly TriedRule[];
}

export interface ExplainedTable {
  /** Tables that the migration makes for it, which only administrators reach. */
  readonly helpers: readonly HelperTable[];
  /** Which engine copies its objects, and why; `null` for a view. */
  readonly copiedBy: { readonly engine: TableEngine; readonly because: string } | null;
  /** Its rule's settings for its validation; left out if there are none. */
  readonly validate?: ValidationSettings;
  /** Of a view or an alias: what it reads, with the privileges of the user who reads it. */
  readonly reads: readonly string[];
  /** In their order: of those that are for a user, the first decides. */
  readonly grants: readonly Grant[];
  /** Trino SQL that registers it, that fills it, and that drops its staging tables afterwards. */
  readonly statements: readonly string[];
  readonly load: readonly string[];
  readonly cleanup: readonly string[];
}

export interface TriedRule {
  readonly name: string;
  readonly origin: RuleOrigin;
  readonly matched: boolean;
  /**
   * The conditions that did not hold, such as `wanted format: ICEBERG; format is PARQUET`; empty for the rule that
   * matched.
   */
  readonly because: readonly string[];
}

/** `wanted` is an asset key, or the bare name of a table (`database.table`), a database or a bucket. */
export function explainAsset(
  wanted: string,
  assessment: Assessment,
  template: MappingTemplate,
  plan: Plan,
): Result<readonly Explanation[]> {
  const { buckets, databases, tables } = assetsOf(assessment);
  const all: readonly Asset[] = [...buckets, ...databases, ...tables];
  const found = all.filter((asset) => [asset.key, nameIn(asset.key), plainName(asset)].includes(wanted));
  if (found.length === 0) return fail([notFound(wanted, all)]);
  return ok(found.map((asset) => ({ key: asset.key, ...endOf(asset.key, plan), tried: triedRules(asset, template) })));
}

function triedRules(asset: Asset, { rules }: MappingTemplate): TriedRule[] {
  const tried: TriedRule[] = [];
  for (const { name, when, origin } of rules) {
    const because = compileCondition(when)
      .filter(({ holds }) => !holds(asset))
      .map(({ wanted, found }) => `wanted ${wanted}; ${found(asset)}`);
    tried.push({ name, origin, matched: because.length === 0, because });
    if (because.length === 0) break;
  }
  return tried;
}

function endOf(key: AssetKey, plan: Plan): Pick<Explanation, 'outcome' | 'what' | 'remarks' | 'table'> {
  const { buckets, databases, tables, skipped, blocked } = plan;
  const mapped = [...buckets, ...databases, ...tables].find((item) => item.key === key);
  if (mapped?.kind === 'table') {
    return {
      outcome: 'mapped',
      what: destinationOf(mapped),
      remarks: mapped.remarks,
      table: explainTable(mapped, plan),
    };
  }
  if (mapped !== undefined) return { outcome: 'mapped', what: destinationOf(mapped), remarks: [] };
  const skip = skipped.find((item) => item.key === key);
  const reason = (skip ?? blocked.find((item) => item.key === key))?.reason;
  if (reason === undefined) throw new Error(`the Plan does not hold ${key}: was it made from another assessment?`);
  return { outcome: skip === undefined ? 'blocked' : 'skipped', what: reason, remarks: [] };
}

function explainTable(table: MappedTable, plan: Plan): ExplainedTable {
  const entry = makeManifest(plan)
    .catalogs.get(table.catalog)
    ?.find(({ key }) => key === table.key);
  return {
    helpers: table.helpers,
    copiedBy: copierOf(table),
    ...(table.validate !== undefined && { validate: table.validate }),
    reads: tablesReadBy(table, tablesByName(plan.tables)).map(
      ({ catalog, schema, table: name }) => `${catalog}.${schema}.${name}`,
    ),
    grants: grantsOn(table, plan.grants),
    statements: entry?.statements ?? [],
    load: entry?.load ?? [],
    cleanup: entry?.cleanup ?? [],
  };
}

function copierOf({ location, engine, rule }: MappedTable): ExplainedTable['copiedBy'] {
  if (location === null) return null;
  if (engine === undefined) return { engine: 'stream', because: `the rule '${rule.name}' names no engine` };
  return { engine, because: `the rule '${rule.name}' says so` };
}

/** As people write it, without the quotes of the key. */
function plainName(asset: Asset): string {
  if (asset.kind === 'bucket') return asset.bucket;
  return asset.kind === 'database' ? asset.source.name : `${asset.source.database}.${asset.source.name}`;
}

function nameIn(key: AssetKey): string {
  return key.slice(key.indexOf(':') + 1);
}

function notFound(wanted: string, all: readonly Asset[]): Diagnostic {
  return diagnostic({
    code: 'asset-not-found',
    path: wanted,
    message: `The assessment has no database, table or bucket '${wanted}'.`,
    fix:
      suggestion(
        wanted,
        all.map(({ key }) => nameIn(key)),
      ) ?? 'Give `database.table`, a database or a bucket, spelled as in the assessment.',
  });
}
