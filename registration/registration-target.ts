import { compareText } from '../core/canonical-json.js';

/** A catalog of Trino. `warehouse` is a bucket. */
type RegistrationCatalog =
  | { readonly type: 'iceberg-rest'; readonly server: 'lakekeeper' | 'polaris'; readonly warehouse: string }
  | { readonly type: 'hive-metastore' };

/** The properties that determine which tables the target can hold. */
export interface RegistrationTarget {
  readonly catalogs: Readonly<Record<string, RegistrationCatalog>>;
  /** Version of Trino, such as `476`. */
  readonly trino: string;
  /** Version of the Hive Metastore, such as `4.0.1`. */
  readonly hiveMetastore: string;
  /** Target bucket by source bucket. */
  readonly buckets: ReadonlyMap<string, string>;
}

/** The Hive catalog that converted tables are read from; `undefined` when the target has none. */
export function stagingCatalogOf({ catalogs }: Pick<RegistrationTarget, 'catalogs'>): string | undefined {
  return Object.keys(catalogs)
    .sort(compareText)
    .find((name) => catalogs[name]?.type === 'hive-metastore');
}

/** The parts of a Plan that a `RegistrationTarget` is made from. */
export interface TargetParts {
  readonly target: {
    readonly catalogs: RegistrationTarget['catalogs'];
    readonly versions: { readonly hiveMetastore: string; readonly trino: string };
  };
  readonly buckets: readonly { readonly sourceBucket: string; readonly targetBucket: string }[];
}

export function registrationTargetOf({ target: { catalogs, versions }, buckets }: TargetParts): RegistrationTarget {
  return {
    catalogs,
    hiveMetastore: versions.hiveMetastore,
    trino: versions.trino,
    buckets: new Map(buckets.map(({ sourceBucket, targetBucket }) => [sourceBucket, targetBucket])),
  };
}
