/** What a mapped database or table must tell to be registered: the part of a Plan that the manifest reads. */
export interface RegisteredDatabase {
  readonly key: string;
  readonly rule: RegisteredRule;
  readonly catalog: string;
  readonly schema: string;
  readonly source: { readonly name: string; readonly locationUri: string | null };
}

export interface RegisteredTable {
  readonly key: string;
  readonly rule: RegisteredRule;
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
  /** `s3://…` in the target's object store; `null` when it holds no data. */
  readonly location: string | null;
  readonly method: 'external' | 'register' | 'register-rewritten' | 'convert' | 'view' | 'alias';
  readonly remarks: readonly string[];
  readonly source: SourceTable;
}

interface RegisteredRule {
  readonly name: string;
  readonly template: string;
}

export interface SourceTable {
  readonly database: string;
  readonly name: string;
  readonly format: string;
  readonly description: string | null;
  readonly location: string | null;
  readonly columns: readonly SourceColumn[];
  readonly partitionKeys: readonly SourceColumn[];
  readonly serde: {
    readonly library: string | null;
    readonly parameters: Readonly<Record<string, string>>;
    readonly bucketColumns: readonly string[];
    readonly numberOfBuckets: number;
  } | null;
  readonly partitions: {
    readonly count: number | null;
    readonly otherBuckets: readonly string[];
    readonly outsideTableLocation: number;
    readonly irregularFolders: number;
    readonly differing: number;
  };
  readonly iceberg: { readonly metadataLocation: string | null } | null;
  readonly view: {
    readonly dialect: string;
    readonly sql: string | null;
    readonly catalog: string | null;
    readonly schema: string | null;
  } | null;
  readonly link: { readonly resolvedTo: string | null } | null;
  readonly projection: Readonly<Record<string, string>> | null;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface SourceColumn {
  readonly name: string;
  /** Hive type text. */
  readonly type: string;
  readonly comment?: string;
}

/** One line of a catalog's file: how one schema, table or view comes into being. */
export interface ManifestEntry extends Registration {
  /** The asset's key. */
  readonly key: string;
  /** All schemas come first, then all tables, then all views, over all catalogs. */
  readonly phase: 'schema' | 'table' | 'view';
  readonly schema: string;
  /** Absent for a schema. */
  readonly table?: string;
  readonly method: RegisteredTable['method'] | 'schema';
  readonly rule: RegisteredRule;
}

export interface Registration {
  /** Trino SQL, to be run in this order. None when it cannot be registered; the remarks say why. */
  readonly statements: readonly string[];
  /** For people, and reasons. */
  readonly remarks: readonly string[];
  /** What the migration job runs once the table is there, to fill it. */
  readonly load?: readonly string[];
  readonly partitions?: PartitionRegistration;
}

/**
 * How a partitioned table gets its partitions: by the projection in its properties, by one of the statements (which
 * finds folders named key=value), or from the assessment's partition file, line by line.
 */
export interface PartitionRegistration {
  readonly by: 'projection' | 'statement' | 'partition-file';
  /** Partitions that the source lists; `null` when they could not be read. */
  readonly expected: number | null;
}

/** What one table's registration may need to know of all the others. */
export interface RegistrationContext {
  /** Hive catalog that converted tables are read from; `undefined` when the target has none. */
  readonly stagingCatalog: string | undefined;
  /** Mapped tables by `database.table` at the source, in lower case as Athena compares names. */
  readonly tables: ReadonlyMap<string, RegisteredTable>;
  /** The same place in the target's object store; `undefined` when its bucket is not mapped. */
  readonly relocate: (location: string) => string | undefined;
}
