import type { UnfitPartition } from '../core/unfit-partition.js';
import type { TableFiles } from './storage/bucket-tally.js';
import type { ObjectCount } from './storage/object-figures.js';

/**
 * The inventory of AWS, as stage 1 found it and as its report file holds it. Only `parseAssessment` and the collectors
 * make one.
 *
 * Every name is kept exactly as AWS gave it. `null` means unknown (never zero or an empty text).
 */
export interface Assessment {
  /** `major.minor`; a reader refuses a newer major. */
  readonly schemaVersion: '1.0' | '1.1' | '1.2';
  readonly kind: 'GlueCatalogAssessment';
  readonly toolVersion: string;
  /** ISO 8601, UTC. */
  readonly assessedAt: string;
  readonly source: {
    readonly service: 'glue';
    readonly region: string;
    /** The 12-digit account that owns the catalog; `null` when the catalog does not say. */
    readonly accountId: string | null;
    /** The catalog as `--catalog-id` names it, such as `123456789012:s3tablescatalog/lake`; absent for the account's default catalog. */
    readonly catalogId?: string;
  };
  /** The parts that the report leaves out on request; absent when it covers the catalog. */
  readonly filter?: AssessmentFilter;
  /**
   * Lower-case hexadecimal SHA-256 of the rest of the report, without `assessedAt`. Absent in reports of version 1.0, and
   * where a person removed it after a change.
   */
  readonly contentSha256?: string;
  /** The objects that were listed for the sizes of tables, each counted once; absent if nothing was listed. */
  readonly listed?: ObjectCount;
  readonly summary: AssessmentSummary;
  readonly partitionFile: PartitionFile | null;
  /** Everything that could not be read or needs manual review. A missing permission is always reported here. */
  readonly findings: readonly Finding[];
  /** Sorted by name. */
  readonly databases: readonly AssessedDatabase[];
  /** Sorted by database, then name. */
  readonly tables: readonly AssessedTable[];
}

export interface AssessmentFilter {
  /** The value of `--databases`: globs, separated by commas. */
  readonly databases: string;
  /** Databases and database links of the catalog that it does not select. */
  readonly databasesLeftOut: number;
}

export interface AssessmentSummary {
  readonly databases: number;
  readonly tables: number;
  readonly icebergTables: number;
  readonly ready: number;
  readonly needsConversion: number;
  readonly unknown: number;
  /** Partitions of the tables whose partitions could be read. */
  readonly partitions: number;
  /** Sum of the known sizes. What several tables read counts for each. */
  readonly knownSizeBytes: number;
  readonly tablesOfUnknownSize: number;
  readonly tablesByFormat: Readonly<Partial<Record<TableFormat, number>>>;
  /** Whether the report holds all of its catalog: false when something could not be read, or when the filter left out databases. */
  readonly complete: boolean;
}

/** The file of partition detail: gzip, one JSON object per line (`PartitionDetail`), sorted by table, then values. */
export interface PartitionFile {
  /** A file name without a folder; it is in the folder of the report. */
  readonly name: string;
  /** SHA-256 of the compressed file, lower-case hexadecimal. */
  readonly sha256: string;
  /** Number of lines, one per partition. */
  readonly partitions: number;
}

export interface Finding {
  /** Such as `access-denied`, `resource-link-cycle`, `name-collision`. */
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** `database`, `database.table`, or empty for the catalog. */
  readonly asset: string;
  readonly message: string;
  readonly fix: string;
}

export interface AssessedDatabase {
  readonly name: string;
  readonly description: string | null;
  readonly locationUri: string | null;
  /** `null` when its tables could not be listed. */
  readonly tableCount: number | null;
  readonly parameters: Readonly<Record<string, string>>;
  /** Glue tags of the database; `null` when they were not requested. */
  readonly tags: Readonly<Record<string, string>> | null;
  readonly link: ResourceLink | null;
  /** Absent unless the database lives in another system, which Glue only represents. */
  readonly federation?: Federation;
}

/** Where a federated database or table lives. Source: AWS Glue web API reference, FederatedDatabase and FederatedTable. */
export interface Federation {
  /** The ARN or name in that system, such as the ARN of a Redshift datashare. */
  readonly identifier: string | null;
  /** Such as `aws:redshift`, `aws:s3tables`, or the name of a Glue connection. */
  readonly connectionName: string | null;
  /** Such as `SNOWFLAKE`. */
  readonly connectionType: string | null;
}

export type TableFormat =
  | 'ICEBERG'
  | 'PARQUET'
  | 'ORC'
  | 'AVRO'
  | 'CSV'
  | 'JSON'
  | 'TEXT'
  | 'DELTA'
  | 'HUDI'
  | 'VIEW'
  | 'RESOURCE_LINK'
  | 'UNKNOWN';

export type Readiness = 'READY' | 'NEEDS_CONVERSION' | 'UNKNOWN';

export interface AssessedTable {
  readonly database: string;
  readonly name: string;
  readonly format: TableFormat;
  /** How the format was recognised, such as `parameter table_type=ICEBERG`. */
  readonly formatEvidence: string;
  /** Glue's TableType, such as `EXTERNAL_TABLE`. */
  readonly tableType: string | null;
  readonly description: string | null;
  readonly location: string | null;
  /** Other places of its files: `write.data.path` and its like of Iceberg tables, the path of Delta tables. Absent when there are none. */
  readonly additionalLocations?: readonly string[];
  readonly serde: SerDe | null;
  readonly columns: readonly Column[];
  readonly partitionKeys: readonly Column[];
  readonly partitions: PartitionSummary;
  readonly size: Estimate;
  /** The result of listing its folders; absent if they were not listed. */
  readonly files?: TableFiles;
  readonly rows: Estimate;
  /** ISO 8601, UTC. */
  readonly lastUpdated: string | null;
  readonly iceberg: IcebergMetadata | null;
  readonly view: View | null;
  readonly link: ResourceLink | null;
  /** Absent unless the table, or its database, lives in another system, which Glue only represents. */
  readonly federation?: Federation;
  /** Athena partition projection: the table's `projection.*` and `storage.location.template` parameters; `null` when off. */
  readonly projection: Readonly<Record<string, string>> | null;
  readonly parameters: Readonly<Record<string, string>>;
  /** `StorageDescriptor.Parameters`, which no reader of the files looks at; left out when Glue has none. */
  readonly descriptorParameters?: Readonly<Record<string, string>>;
  /** READY (Iceberg) and NEEDS_CONVERSION (Parquet, ORC, Avro) only if the catalog shows no obstacle; the notes name obstacles. */
  readonly readiness: Readiness;
  /** `table-parameter` when `migration_readiness` in Glue overrides the result of format and obstacles. */
  readonly readinessSource: 'format' | 'table-parameter';
  /** Machine-readable peculiarities, sorted. */
  readonly traits: readonly Trait[];
  /** For people: reasons for manual review, overrides, oddities. */
  readonly notes: readonly string[];
}

/** A property that makes a table need care. Sources: FACTS, 'Traps of the domain'; AWS Glue and Athena user guides. */
export type Trait =
  | 'opencsv-serde' // every column is text in Trino
  | 'hive-json-serde'
  | 'openx-json-serde'
  | 'ion-serde'
  | 'regex-serde'
  | 'grok-serde'
  | 'custom-serde'
  | 'presto-view'
  | 'hive-view'
  | 'spark-view'
  | 'partition-projection'
  | 'mixed-partition-serde' // some partition's SerDe or format differs from the table's
  | 'mixed-partition-schema' // some partition's columns differ from the table's
  | 'foreign-partition-location' // some partition is outside the table's location
  | 'mixed-case-name' // database, table or column
  | 'name-collision' // equal to another after lower-casing
  | 'duplicate-column' // a column named twice after lower-casing, or both column and partition key
  | 'no-storage-descriptor'
  | 'no-location'
  | 'not-on-s3'
  | 'link-missing'
  | 'link-cycle'
  | 'link-cross-account'
  | 'link-other-region'
  | 'link-other-catalog' // another catalog of the same account, such as one of S3 Tables
  | 'federated' // lives in another system, such as Redshift
  | 'access-point-location' // the location names an access point or an alias, not a bucket
  | 's3-tables' // the location is a bucket of S3 Tables
  | 'governed' // Lake Formation governed table
  | 'encrypted' // has_encrypted_data
  | 'bucketed'
  | 'spark-source'; // columns and location are Spark's, the descriptor in Glue is a placeholder

export interface Column {
  readonly name: string;
  /** Glue (Hive) type text, such as `struct<a:int,b:array<string>>`. */
  readonly type: string;
  readonly comment?: string;
  /** Left out when Glue has none. */
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface SerDe {
  readonly library: string | null;
  readonly inputFormat: string | null;
  readonly outputFormat: string | null;
  readonly parameters: Readonly<Record<string, string>>;
  readonly compressed: boolean;
  readonly bucketColumns: readonly string[];
  readonly numberOfBuckets: number;
}

export interface PartitionSummary {
  /** Partitions that Glue lists; `null` when they could not be read; 0 for an unpartitioned table. */
  readonly count: number | null;
  /** Partitions by the format of their own descriptor. */
  readonly byFormat: Readonly<Partial<Record<TableFormat, number>>>;
  /** Buckets of partition locations, other than the table's own; sorted. */
  readonly otherBuckets: readonly string[];
  /** Partitions whose own location is outside the table's. */
  readonly outsideTableLocation: number;
  /** Partitions whose folder is not the table's location followed by `key=value` for every key. */
  readonly irregularFolders: number;
  /** Partitions whose own SerDe, input format or columns differ from the table's. */
  readonly differing: number;
  /** Names of what partitions and their SerDes set otherwise than the table, where it is not known to be harmless; sorted. */
  readonly ownParameters?: readonly string[];
  /** Partitions that no Hive table can have, the first of each kind; absent when there are none. */
  readonly unfit?: readonly UnfitPartition[];
  /** Partitions with other buckets than the table; absent when there are none. */
  readonly ownBuckets?: number;
}

/** A figure and its source. `value` is `null` when the catalog has none. Sizes are in bytes. */
export interface Estimate {
  readonly value: number | null;
  readonly source: 'table-parameters' | 'partition-parameters' | 'crawler' | 'listing' | 'none';
  readonly confidence: 'high' | 'medium' | 'low' | 'none';
}

export interface IcebergMetadata {
  readonly metadataLocation: string | null;
  /** Of the table format, 1 to 4; absent where Glue does not say. */
  readonly formatVersion?: number;
}

export interface View {
  readonly dialect: 'presto' | 'hive' | 'spark';
  /** The original statement; for Presto views decoded from the base64 JSON comment. `null` when it cannot be decoded. */
  readonly sql: string | null;
  /** Presto views only: the catalog and schema that unqualified names refer to. */
  readonly catalog: string | null;
  readonly schema: string | null;
  /** Presto views only: its columns with Trino's types. Absent where the document has none. */
  readonly columns?: readonly Column[];
  /** Presto views only: the view's own comment. */
  readonly comment?: string;
  /** Whose privileges it runs with, where the catalog says that they are not those of the user who reads it. */
  readonly runsAs?: 'definer';
  readonly isMaterialized?: true;
}

export interface ResourceLink {
  /** The account (or catalog id) that owns the target. */
  readonly targetCatalog: string | null;
  /** The AWS Region of the target, if Glue names one. */
  readonly targetRegion?: string;
  readonly targetDatabase: string;
  /** `null` when the target is a database. */
  readonly targetTable: string | null;
  readonly state: 'resolved' | 'missing' | 'cycle' | 'cross-account' | 'other-region' | 'other-catalog' | 'unreadable';
  /** The last link of the chain: `database` or `database.table`; `null` unless resolved. */
  readonly resolvedTo: string | null;
}

/** One line of the partition file. */
export interface PartitionDetail {
  readonly database: string;
  readonly table: string;
  readonly values: readonly string[];
  readonly location: string | null;
  /** Only where it differs from the table's. */
  readonly serde?: SerDe;
  /** Only where they differ from the table's. */
  readonly columns?: readonly Column[];
  readonly parameters: Readonly<Record<string, string>>;
  /** Of its storage descriptor; left out when Glue has none. */
  readonly descriptorParameters?: Readonly<Record<string, string>>;
  /** ISO 8601, UTC. */
  readonly created: string | null;
}
