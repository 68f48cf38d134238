/** What decides which tables the target can hold. */
export interface RegistrationTarget {
  readonly catalogs: Readonly<Record<string, { readonly type: 'iceberg-rest' | 'hive-metastore' }>>;
  /** Version of the Hive Metastore, such as `4.0.1`. */
  readonly hiveMetastore: string;
  /** Target bucket by source bucket. */
  readonly buckets: ReadonlyMap<string, string>;
}

/** The parts of a Plan that a `RegistrationTarget` is made from. */
export interface TargetParts {
  readonly target: {
    readonly catalogs: RegistrationTarget['catalogs'];
    readonly versions: { readonly hiveMetastore: string };
  };
  readonly buckets: readonly { readonly sourceBucket: string; readonly targetBucket: string }[];
}

export function registrationTargetOf({ target: { catalogs, versions }, buckets }: TargetParts): RegistrationTarget {
  return {
    catalogs,
    hiveMetastore: versions.hiveMetastore,
    buckets: new Map(buckets.map(({ sourceBucket, targetBucket }) => [sourceBucket, targetBucket])),
  };
}
