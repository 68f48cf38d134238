import type { AssessedDatabase, AssessedTable, Assessment } from '../../assessments/index.js';
import { compareText } from '../../core/canonical-json.js';
import { catalogName } from '../../core/catalog-name.js';
import { parseS3Location } from '../../core/s3-location.js';
import { bucketsOf } from '../../registration/index.js';
import type { AssetKey } from '../plan.js';

/** One thing that a rule decides: a database, a table, or a bucket that holds some database or table. */
export type Asset = BucketAsset | DatabaseAsset | TableAsset;

export interface BucketAsset {
  readonly kind: 'bucket';
  readonly key: AssetKey;
  readonly bucket: string;
}

export interface DatabaseAsset {
  readonly kind: 'database';
  readonly key: AssetKey;
  readonly source: AssessedDatabase;
}

export interface TableAsset {
  readonly kind: 'table';
  readonly key: AssetKey;
  readonly source: AssessedTable;
  readonly database: AssessedDatabase | undefined;
}

export interface Assets {
  readonly buckets: readonly BucketAsset[];
  readonly databases: readonly DatabaseAsset[];
  readonly tables: readonly TableAsset[];
}

/** Every asset of an assessment, each list sorted. */
export function assetsOf({ databases, tables }: Assessment): Assets {
  const byName = new Map(databases.map((database) => [database.name, database]));
  return {
    buckets: allBuckets(databases, tables).map((bucket) => ({ kind: 'bucket', key: `bucket:${bucket}`, bucket })),
    databases: [...databases]
      .sort((a, b) => compareText(a.name, b.name))
      .map((source) => ({ kind: 'database', key: `database:${source.name}`, source })),
    tables: [...tables]
      .sort((a, b) => compareText(a.database, b.database) || compareText(a.name, b.name))
      .map((source) => ({ kind: 'table', key: tableKey(source), source, database: byName.get(source.database) })),
  };
}

/** `table:sales.orders`; a name that holds a dot or a quote is quoted, so that no two tables share a key. */
export function tableKey({ database, name }: Pick<AssessedTable, 'database' | 'name'>): AssetKey {
  return `table:${catalogName(database, name)}`;
}

function allBuckets(databases: readonly AssessedDatabase[], tables: readonly AssessedTable[]): string[] {
  const buckets = new Set<string>();
  for (const { locationUri, link } of databases) {
    const bucket = link === null ? parseS3Location(locationUri)?.bucket : undefined;
    if (bucket !== undefined) buckets.add(bucket);
  }
  for (const table of tables) {
    for (const bucket of bucketsOf(table)) buckets.add(bucket);
  }
  return [...buckets].sort(compareText);
}
