import type { AssessedTable, Trait } from '../../assessments/index.js';
import { locationsOf, parseS3Location } from '../conditions/index.js';
import type { TableAsset } from '../conditions/index.js';
import type { MappedBucket, MappedDatabase, MappedTable, RegistrationMethod } from '../plan.js';
import type { Destination, Target } from '../template.js';
import type { Fill } from './fill.js';
import type { Decision } from './rules.js';
import { fileGuards, firstReason, icebergGuards, linkGuards, viewGuards } from './table-guards.js';
import type { Guard } from './table-guards.js';

/** What was decided before tables are. */
export interface Surroundings {
  readonly target: Target;
  readonly fill: Fill;
  readonly buckets: ReadonlyMap<string, MappedBucket>;
  readonly databases: ReadonlyMap<string, MappedDatabase>;
}

/** A mapped table, or the reason why it cannot be. */
export type Attempt = MappedTable | string;

export function tableMapper(
  surroundings: Surroundings,
): (asset: TableAsset, to: Destination, rule: Decision['rule']) => Attempt {
  const { target, fill, databases, buckets } = surroundings;
  const ofFiles = fileGuards(target.versions.hiveMetastore);
  const guardsOf: Readonly<Record<RegistrationMethod, readonly Guard[]>> = {
    alias: linkGuards,
    view: viewGuards,
    register: icebergGuards,
    'register-rewritten': icebergGuards,
    external: ofFiles,
    convert: ofFiles,
  };

  return ({ source, key }, to, rule) => {
    const database = databases.get(source.database);
    const catalog = to.catalog ?? database?.catalog;
    if (catalog === undefined)
      return `no catalog is named for it and its database is not mapped; add \`to.catalog\` to the rule '${rule.name}'`;
    const method = methodOf(source, catalog, to, target);
    if (!isMethod(method)) return method;
    const reason = firstReason(guardsOf[method], source);
    if (reason !== null) return reason;

    const names = { database: source.database, table: source.name };
    const schema = (
      to.schema === undefined ? (database?.schema ?? source.database) : fill(to.schema, names)
    ).toLowerCase();
    const table = fill(to.table ?? '${table}', names).toLowerCase();
    const nameProblem = nameReason(schema, table, target.catalogs[catalog]?.type === 'hive-metastore');
    if (nameProblem !== null) return nameProblem;

    const holdsData = method !== 'alias' && method !== 'view';
    const unmapped = holdsData ? bucketsOf(source).find((bucket) => !buckets.has(bucket)) : undefined;
    if (unmapped !== undefined) return `it has data in the bucket ${unmapped}, which is not mapped`;
    const renamed = holdsData && bucketsOf(source).some((bucket) => buckets.get(bucket)?.targetBucket !== bucket);
    return {
      kind: 'table',
      key,
      rule,
      source,
      catalog,
      schema,
      table,
      location: holdsData ? targetLocation(source.location, buckets) : null,
      method: method === 'register' && renamed ? 'register-rewritten' : method,
      remarks: remarksOn(source, schema, table),
    };
  };
}

const methods: ReadonlySet<string> = new Set<RegistrationMethod>([
  'external',
  'register',
  'register-rewritten',
  'convert',
  'view',
  'alias',
]);

function isMethod(text: string): text is RegistrationMethod {
  return methods.has(text);
}

/** How the table is made on the target, or why its catalog cannot hold it. */
function methodOf(source: AssessedTable, catalog: string, to: Destination, target: Target): string {
  const inIceberg = target.catalogs[catalog]?.type === 'iceberg-rest';
  if (source.link !== null) return 'alias';
  if (source.view !== null) return 'view';
  if (source.format === 'ICEBERG')
    return inIceberg ? 'register' : `an Iceberg table needs an iceberg-rest catalog, and '${catalog}' is none`;
  if (!inIceberg) return 'external';
  if (to.convert === undefined)
    return `the iceberg-rest catalog '${catalog}' cannot hold ${source.format} files as they are; add \`convert: { format: iceberg }\` or map it to a hive-metastore catalog`;
  const hasStaging = Object.values(target.catalogs).some(({ type }) => type === 'hive-metastore');
  return hasStaging
    ? 'convert'
    : 'conversion reads the copied files through a hive-metastore catalog, and target.catalogs has none';
}

const hiveName = /^[A-Za-z0-9_]+$/;

function nameReason(schema: string, table: string, inHive: boolean): string | null {
  if (schema === '' || table === '') return 'its schema or table name would be empty';
  // Staged files and the text behind typed CSV views have these names.
  if (schema.startsWith('a2o_staging_') || table.endsWith('__a2o_raw')) {
    return `the name ${schema}.${table} is kept for tables of the migration itself`;
  }
  const refused = inHive ? [schema, table].find((name) => !hiveName.test(name)) : undefined;
  return refused === undefined
    ? null
    : `Hive Metastore allows letters, digits and underscores in names, not '${refused}'; use \${table.identifier} and \${database.identifier} in the rule, or name it there`;
}

function bucketsOf(source: AssessedTable): string[] {
  const own = locationsOf(source).flatMap((location) => parseS3Location(location)?.bucket ?? []);
  return [...own, ...source.partitions.otherBuckets];
}

function targetLocation(location: string | null, buckets: ReadonlyMap<string, MappedBucket>): string | null {
  const parsed = parseS3Location(location);
  const bucket = parsed === undefined ? undefined : buckets.get(parsed.bucket);
  return parsed === undefined || bucket === undefined ? null : `s3://${bucket.targetBucket}/${parsed.key}`;
}

const remarkOfTrait: Partial<Record<Trait, string>> = {
  'opencsv-serde': 'every column is text behind a typed view',
  'mixed-partition-serde': 'partitions keep SerDes of their own',
  'mixed-partition-schema': 'partitions keep columns of their own',
  'foreign-partition-location': 'partitions outside the table location are registered one by one',
  'partition-projection': 'partitions are projected, not listed',
  bucketed: 'bucketing is declared, not verified',
  encrypted: 'client-side encrypted data stays encrypted',
  governed: 'Lake Formation transactions end with the move',
};

function remarksOn(source: AssessedTable, schema: string, table: string): string[] {
  const isRenamed = schema !== source.database.toLowerCase() || table !== source.name.toLowerCase();
  return [
    ...(isRenamed ? [`renamed from ${source.database}.${source.name}`] : []),
    ...source.traits.flatMap((trait) => remarkOfTrait[trait] ?? []),
  ];
}
