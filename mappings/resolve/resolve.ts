import type { Assessment } from '../../assessments/index.js';
import { bucketNameRefusal } from '../../core/bucket-name.js';
import { compareText } from '../../core/canonical-json.js';
import { catalogName } from '../../core/catalog-name.js';
import { federationRefusal } from '../../core/federated-source.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { bucketAliasKind } from '../../core/s3-alias.js';
import {
  orderByDependencies,
  registrationTargetOf,
  schemaNameRefusal,
  withRemarksOnReads,
} from '../../registration/index.js';
import type { DatabaseLinks } from '../../registration/index.js';
import { assetsOf } from '../conditions/index.js';
import type { Asset, BucketAsset, DatabaseAsset } from '../conditions/index.js';
import type { MappedBucket, MappedDatabase, MappedTable, OutcomeCounts, Plan, PlanSource, Unmapped } from '../plan.js';
import { sizeLakehouse } from '../size-lakehouse.js';
import type { Destination, MappingTemplate, Target } from '../template.js';
import { fillFrom } from './fill.js';
import type { Fill } from './fill.js';
import { tableMapper } from './resolve-table.js';
import { firstMatch } from './rules.js';
import type { Decision } from './rules.js';

type Mapped = MappedBucket | MappedDatabase | MappedTable;

/**
 * Decides every asset by the first rule that matches it. Pure and total: each asset appears once in the Plan. What a rule
 * maps but the target cannot hold is blocked, with the reason and that rule.
 */
export function resolve(assessment: Assessment, template: MappingTemplate): Plan {
  const { region, accountId } = assessment.source;
  const source: PlanSource = {
    region,
    accountId,
    assessedAt: assessment.assessedAt,
    template: template.name,
    templateSha256: template.sha256,
  };
  const assets = assetsOf(assessment);
  const decide = firstMatch(template.rules);
  const { target } = template;
  const fill = fillFrom(source);

  const bucketDecisions = assets.buckets.map((asset) =>
    conclude(asset, decide(asset), (to, rule) => mapBucket(asset, to, rule, fill, target.objectStore)),
  );
  const bucketItems = blockCollisions(bucketDecisions, ({ targetBucket }) => [targetBucket], 'bucket');
  const buckets = bucketItems.filter(isMapped);

  const databaseDecisions = assets.databases.map((asset) => ({ asset, decision: decide(asset) }));
  // Names that fold to one schema would share its grants. Where the rule names the schema itself, that was decided.
  const folded = new Set(
    databaseDecisions.filter(({ decision }) => isNamedAfterDatabase(decision)).map(({ asset }) => asset.key),
  );
  const databaseItems = blockCollisions(
    databaseDecisions.map(({ asset, decision }) =>
      conclude(asset, decision, (to, rule) => mapDatabase(asset, to, rule, fill, template)),
    ),
    ({ catalog, schema, key }) => [folded.has(key) ? `${catalog}.${schema}` : key],
    'schema',
    '; name the schema in a rule of its own to merge or to separate them',
  );
  const databases = new Map(databaseItems.filter(isMapped).map((database) => [database.source.name, database]));

  const mapTable = tableMapper({
    target: registrationTargetOf({ target, buckets }),
    fill,
    databases,
    databaseLinks: databaseLinksOf(assessment),
  });
  const clashing = clashingDatabases(databaseDecisions, databaseItems);
  const tableDecisions = assets.tables.map((asset) => {
    const decision = decide(asset);
    const clash = isNamedAfterDatabase(decision) ? clashing.get(asset.source.database) : undefined;
    const concluded = conclude(asset, decision, (to, rule) => {
      if (clash === undefined) return mapTable(asset, to, rule);
      // What is wrong with the table itself stays wrong when the database is given a schema.
      const mapped = to.catalog === undefined ? undefined : mapTable(asset, to, rule);
      return mapped?.ok === false ? mapped : fail(`its database is blocked: ${clash}`);
    });
    return isMapped(concluded) ? withValidation(concluded, decision) : concluded;
  });
  const tableItems = blockUnmetDependencies(blockCollisions(tableDecisions, namesOf, 'table'));

  const all: readonly (Mapped | Refused)[] = [...bucketItems, ...databaseItems, ...tableItems];
  const refused = all.filter(isRefused);
  return {
    source,
    target,
    size: sizeLakehouse(target, tableItems.filter(isMapped)),
    grants: template.grants,
    buckets: bucketItems.filter(isMapped),
    databases: databaseItems.filter(isMapped),
    tables: tableItems.filter(isMapped),
    skipped: refused.filter(({ type }) => type === 'skipped').map(({ item }) => item),
    blocked: refused.filter(({ type }) => type === 'blocked').map(({ item }) => item),
    totals: {
      bucket: count(bucketItems),
      database: count(databaseItems),
      table: count(tableItems),
      partition: countPartitions(tableItems),
    },
  };
}

interface Refused {
  readonly type: 'skipped' | 'blocked';
  readonly item: Unmapped;
}

type Concluded<T extends Mapped> = T | Refused;

function conclude<T extends Mapped>(
  asset: Asset,
  decision: Decision | undefined,
  map: (to: Destination, rule: Decision['rule']) => Result<T, string>,
): Concluded<T> {
  if (decision === undefined) return refuse('blocked', asset, 'no rule matches it', null);
  const { action, rule } = decision;
  if (action.type === 'skip') return refuse('skipped', asset, action.reason, rule);
  if (action.type === 'block') return refuse('blocked', asset, action.reason, rule);
  const mapped = map(action.to, rule);
  return mapped.ok ? mapped.value : refuse('blocked', asset, mapped.error, rule);
}

function refuse(type: Refused['type'], asset: Asset | Mapped, reason: string, rule: Unmapped['rule']): Refused {
  return { type, item: { key: asset.key, kind: asset.kind, reason, rule, partitions: partitionsOf(asset) } };
}

function partitionsOf(item: Asset | Mapped): number {
  return item.kind === 'table' ? (item.source.partitions.count ?? 0) : 0;
}

function withValidation(table: MappedTable, decision: Decision | undefined): MappedTable {
  const validate = decision?.action.type === 'map' ? decision.action.validate : undefined;
  return validate === undefined || table.location === null ? table : { ...table, validate };
}

function mapBucket(
  { bucket, key }: BucketAsset,
  to: Destination,
  rule: Decision['rule'],
  fill: Fill,
  { preserveBucketNames, capabilities }: Target['objectStore'],
): Result<MappedBucket, string> {
  const targetBucket = fill(to.bucket ?? '${bucket}', { bucket });
  // An access point has no bucket name that could be kept.
  if (preserveBucketNames && targetBucket !== bucket && bucketAliasKind(bucket) === null) {
    return fail(`the rule renames it to ${targetBucket}, but target.objectStore.preserveBucketNames is true`);
  }
  const refusal = bucketNameRefusal(targetBucket);
  if (refusal !== null) return fail(refusal);
  if (to.versioning === 'on' && capabilities?.versioning === false) {
    return fail(
      'the rule turns on versioning, which the object store does not support (target.objectStore.capabilities.versioning is false)',
    );
  }
  return ok({ kind: 'bucket', key, rule, sourceBucket: bucket, targetBucket, versioning: to.versioning ?? 'keep' });
}

function mapDatabase(
  { source, key }: DatabaseAsset,
  to: Destination,
  rule: Decision['rule'],
  fill: Fill,
  { target }: MappingTemplate,
): Result<MappedDatabase, string> {
  if (source.federation !== undefined) return fail(federationRefusal(source.federation));
  if (source.tableCount === null && source.link === null) {
    return fail(
      'its tables could not be listed; grant glue:GetTables on it and run `aws2openstack assess glue-catalog` again',
    );
  }
  const catalog = to.catalog ?? Object.keys(target.catalogs).sort(compareText)[0] ?? '';
  const schema = fill(to.schema ?? '${database}', { database: source.name }).toLowerCase();
  if (!Object.hasOwn(target.catalogs, catalog)) return fail(`the target has no catalog '${catalog}'`);
  const refusal = schemaNameRefusal(schema, target.catalogs[catalog]?.type === 'hive-metastore');
  return refusal === null ? ok({ kind: 'database', key, rule, source, catalog, schema }) : fail(refusal);
}

/** Whether the schema is derived from the database's name. */
function isNamedAfterDatabase(decision: Decision | undefined): boolean {
  if (decision?.action.type !== 'map') return false;
  return /(?<!\$)\$\{database[.}]/.test(decision.action.to.schema ?? '${database}');
}

/** Databases that are blocked because they would share a schema, by name, with the reason. */
function clashingDatabases(
  decisions: readonly { readonly asset: DatabaseAsset }[],
  items: readonly Concluded<MappedDatabase>[],
): ReadonlyMap<string, string> {
  return new Map(
    decisions.flatMap(({ asset }, index): [string, string][] => {
      const item = items[index];
      return item !== undefined && isRefused(item) && item.item.reason.startsWith('it would become the same schema')
        ? [[asset.source.name, item.item.reason]]
        : [];
    }),
  );
}

function databaseLinksOf({ databases }: Assessment): DatabaseLinks {
  return new Map(
    databases.flatMap(({ name, link }): [string, string][] =>
      link?.state === 'resolved' && link.resolvedTo !== null
        ? [[name.toLowerCase(), link.resolvedTo.toLowerCase()]]
        : [],
    ),
  );
}

/** Of a table and of its helper tables. */
function namesOf(item: MappedTable): readonly string[] {
  return [item, ...item.helpers].map(({ catalog, schema, table }) => catalogName(catalog, schema, table));
}

/** Assets that would become the same are all blocked: it is not known which one is meant. */
function blockCollisions<T extends Mapped>(
  items: readonly Concluded<T>[],
  namesOf: (item: T) => readonly string[],
  noun: string,
  whatToDo = '',
): readonly Concluded<T>[] {
  const sharing = new Map<string, T[]>();
  for (const item of items.filter(isMapped)) {
    for (const name of namesOf(item)) sharing.set(name, [...(sharing.get(name) ?? []), item]);
  }
  return items.map((item) => {
    if (!isMapped(item)) return item;
    const name = namesOf(item).find((each) => (sharing.get(each)?.length ?? 0) > 1);
    if (name === undefined) return item;
    const group = sharing.get(name) ?? [];
    const others = group
      .slice(0, 4)
      .filter(({ key }) => key !== item.key)
      .slice(0, 3);
    const rest = group.length - 1 - others.length;
    const some = others.map(({ key }) => key).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
    return refuse('blocked', item, `it would become the same ${noun} ${name} as ${some}${whatToDo}`, item.rule);
  });
}

function blockUnmetDependencies(items: readonly Concluded<MappedTable>[]): readonly Concluded<MappedTable>[] {
  const { unmet, byName } = orderByDependencies(items.filter(isMapped));
  return items.map((item) => {
    if (!isMapped(item)) return item;
    const reason = unmet.get(item);
    return reason === undefined ? withRemarksOnReads(item, byName) : refuse('blocked', item, reason, item.rule);
  });
}

function isRefused(item: Mapped | Refused): item is Refused {
  return 'item' in item;
}

function isMapped<T extends Mapped>(item: Concluded<T>): item is T {
  return !('item' in item);
}

function count(items: readonly (Mapped | Refused)[]): OutcomeCounts {
  return tally(items, () => 1);
}

function countPartitions(items: readonly (Mapped | Refused)[]): OutcomeCounts {
  return tally(items, (item) => (isRefused(item) ? item.item.partitions : partitionsOf(item)));
}

function tally(items: readonly (Mapped | Refused)[], weigh: (item: Mapped | Refused) => number): OutcomeCounts {
  const totals = { assessed: 0, mapped: 0, skipped: 0, blocked: 0 };
  for (const item of items) {
    const weight = weigh(item);
    totals.assessed += weight;
    totals[isRefused(item) ? item.type : 'mapped'] += weight;
  }
  return totals;
}
