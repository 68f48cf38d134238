import type { Readiness, TableFormat, Trait } from '../assessments/index.js';
import type { SourcePosition } from '../core/diagnostic.js';
import type { TableEngine } from '../registration/index.js';

/** A template with its ancestors merged in, its variables replaced and its conditions checked. Only `loadTemplate` makes one. */
export interface MappingTemplate {
  readonly name: string;
  readonly description: string | null;
  /** Names of the templates it was merged from, itself first. */
  readonly lineage: readonly string[];
  /** Their YAML as it was read. */
  readonly texts: readonly string[];
  /** SHA-256 over the text of every template in the lineage and the variables' values. */
  readonly sha256: string;
  readonly variables: Readonly<Record<string, VariableValue>>;
  readonly target: Target;
  /** In the order in which they are tried: a child's before its parent's. */
  readonly rules: readonly MappingRule[];
  /** In the order in which they are tried: a child's before its parent's. */
  readonly grants: readonly Grant[];
}

export type VariableValue = string | number | boolean;

/** Where the lakehouse goes and what it is made of. Every default is filled in. */
export interface Target {
  /** Prefix of every resource's name. */
  readonly name: string;
  readonly topology: Topology;
  readonly region: string;
  readonly network: {
    /** The external network that floating IPs come from; `null` for no access from outside. */
    readonly external: string | null;
    readonly cidr: string;
    /** Networks (CIDR) that may reach Trino. */
    readonly allowFrom: readonly string[];
    /** Networks (CIDR) from which Prometheus may collect metrics; an empty list turns them off. */
    readonly monitorFrom: readonly string[];
    readonly dnsServers: readonly string[];
  };
  /** Name of the Glance image that the machines boot. */
  readonly image: string;
  readonly keyPair: string | null;
  /** Availability zones that `ha` spreads its machines over; a name may occur more than once. */
  readonly zones: readonly string[];
  /** `same`: a volume is in the zone of its machine. `any`: where the block storage places it. */
  readonly volumeZones: 'same' | 'any';
  /** Which of the databases of `ha` is the primary: 1, 2 or 3. */
  readonly databasePrimary: number;
  readonly flavors: { readonly trino: string; readonly services: string };
  /** Authorities that signed certificates of the target, besides the well-known ones: PEM, each of one certificate. */
  readonly trust?: { readonly authorities: readonly string[] };
  /** Where machines fetch what they run, in place of the public places. */
  readonly mirrors?: Mirrors;
  /** The proxy through which machines fetch what they run. */
  readonly proxy?: Proxy;
  /** Container images in place of those that `versions` names, each with its digest. */
  readonly images?: Readonly<Partial<Record<ContainerImage, string>>>;
  readonly objectStore: {
    readonly type: 'swift' | 'ceph-rgw';
    /** S3 endpoint, such as `https://rgw.acme.example`. */
    readonly endpoint: string;
    readonly region: string;
    readonly preserveBucketNames: boolean;
    /** Name of the Barbican secret that holds `ACCESS_KEY:SECRET_KEY`; machines fetch it by themselves. */
    readonly credentialsSecret: string;
    /** A capability that is left out is unknown. */
    readonly capabilities?: Readonly<Partial<Record<StoreCapability, boolean>>>;
  };
  /** The settings of AWS DataSync, for rules that choose it. */
  readonly dataSync?: {
    /** Bucket of the source for manifests and reports. */
    readonly workBucket: string;
    /** ARN of an IAM role. */
    readonly role: string;
    /** ARN of a secret in Secrets Manager. */
    readonly targetSecret: string;
    /** ARNs of agents that reach the target; without one, it must be reached over the internet. */
    readonly agents?: readonly string[];
  };
  readonly catalogs: Readonly<Record<string, CatalogTarget>>;
  readonly access: {
    /** Users who may do everything. So may `admin`, whose password the machines generate. */
    readonly admins: readonly string[];
    /** Users by group. */
    readonly groups: Readonly<Record<string, readonly string[]>>;
    /** Name of the Barbican secret that holds `user:hash` of everyone who signs in with a password; `null` for none. */
    readonly usersSecret: string | null;
    /** Names under which users reach Trino; its certificate is for them. @default the machines' own names alone */
    readonly hostNames?: readonly string[];
    /** Where people sign in instead; machines keep their password. */
    readonly oauth2?: OAuth2Provider | null;
  };
  /** The settings of the runner machines; `null`: they have no program, and workers run elsewhere. */
  readonly runner: {
    /** Image of this tool that `docker/` builds, with its digest: `registry.acme.example/aws2openstack@sha256:…`. */
    readonly image: string;
    /** Name of the Barbican secret that holds `ACCESS_KEY:SECRET_KEY` of AWS; machines fetch it by themselves. */
    readonly sourceSecret: string;
  } | null;
  /** `auto` is computed from the assessment. */
  readonly sizing: Sizing;
  /** Whether Terraform refuses to destroy volumes, buckets and secrets. */
  readonly protectData: boolean;
  readonly state: {
    readonly backend: 'local' | 'http' | 'pg' | 's3';
    /** As Terraform names them; `${stack}` stands for the stack's name. */
    readonly settings: Readonly<Record<string, unknown>>;
  };
  readonly versions: { readonly trino: string; readonly hiveMetastore: string; readonly postgresql: string };
}

interface Mirrors {
  /** In place of the host of every image's registry, such as `harbor.acme.example/hub`. */
  readonly containers?: string;
  /** In place of https://deb.debian.org/debian. */
  readonly debian?: string;
  /** In place of https://deb.debian.org/debian-security. @default the address of `debian` with `-security` at its end */
  readonly debianSecurity?: string;
  /** In place of https://repo1.maven.org/maven2. */
  readonly maven?: string;
}

/** Addresses such as `http://proxy.acme.example:3128`. */
interface Proxy {
  /** For http:// addresses. */
  readonly http?: string;
  /** For https:// addresses. */
  readonly https?: string;
  /** Host names and domains (`.acme.example`) that are reached without it. */
  readonly noProxy?: readonly string[];
}

type ContainerImage =
  'haproxy' | 'hiveMetastore' | 'lakekeeper' | 'nodeExporter' | 'polaris' | 'polarisAdmin' | 'postgresql' | 'trino';

/** The capabilities that S3-compatible object stores may have. */
export type StoreCapability =
  | 'bucketPolicy'
  | 'conditionalPut'
  | 'lifecycle'
  | 'multipart'
  | 'multipartEtag'
  | 'objectLock'
  | 'sts'
  | 'tagging'
  | 'trailingChecksums'
  | 'versioning';

export type Topology = 'small' | 'standard' | 'ha';

export interface Sizing {
  readonly trinoWorkers: 'auto' | number;
  /** Workers of the fault-tolerant cluster of `ha`. */
  readonly batchWorkers: 'auto' | number;
  readonly runners: 'auto' | number;
  /** Volume of the database. */
  readonly dataVolumeGb: 'auto' | number;
  /** Volume of each worker for what queries spill to disk. */
  readonly spillVolumeGb: 'auto' | number;
  /** Queries that run at the same time. */
  readonly concurrentQueries: 'auto' | number;
  readonly queryMemoryPerNodeGb: 'auto' | number;
  /** The size of a machine of `flavors.trino`. */
  readonly machine: { readonly vcpus: number; readonly memoryGb: number };
  /** The expected load of queries; `null` where it is unknown. */
  readonly load: { readonly peakCpus: number | null; readonly queryMemoryGb: number | null };
}

/** An OpenID Connect provider. */
export interface OAuth2Provider {
  readonly issuer: string;
  readonly clientId: string;
  /** Name of the Barbican secret that holds the client's secret. */
  readonly clientSecret: string;
  /** Claim that holds the user's name. */
  readonly userField?: string;
}

export type CatalogTarget =
  | { readonly type: 'iceberg-rest'; readonly server: 'lakekeeper' | 'polaris'; readonly warehouse: string }
  | { readonly type: 'hive-metastore' };

export interface MappingRule {
  readonly name: string;
  readonly when: Condition;
  readonly action: Action;
  readonly origin: RuleOrigin;
}

export interface RuleOrigin extends SourcePosition {
  /** Name of the template that contains the rule. */
  readonly template: string;
  readonly line: number;
}

export type Action =
  | { readonly type: 'map'; readonly to: Destination; readonly validate?: ValidationSettings }
  | { readonly type: 'skip'; readonly reason: string }
  | { readonly type: 'block'; readonly reason: string };

/** Texts may hold `${database}`, `${table}`, `${bucket}`, `${region}`, `${account}` of the current asset. */
export interface Destination {
  readonly catalog?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly convert?: {
    readonly format: 'iceberg';
    /** Whether the copied files become the Iceberg table's own. @default false */
    readonly inPlace?: boolean;
  };
  /** @default stream */
  readonly engine?: TableEngine;
  readonly bucket?: string;
  readonly versioning?: 'keep' | 'on' | 'off';
}

/** How validation compares a table. Names of columns are those of the source, without case. */
export interface ValidationSettings {
  /** @default all */
  readonly checks?: readonly CheckName[];
  readonly columns?: {
    /** Those that are compared, besides the partition columns. @default all */
    readonly only?: readonly string[];
    /** Those that are not compared. */
    readonly exclude?: readonly string[];
    /** Those whose values are shown as hashes. */
    readonly mask?: readonly string[];
    /** Those that name a row. */
    readonly key?: readonly string[];
  };
  readonly equality?: {
    /** By kind of type, such as `double`. */
    readonly types?: Readonly<Record<string, Equality>>;
    readonly columns?: Readonly<Record<string, Equality>>;
  };
  /** @default 1000 */
  readonly sampleRows?: number;
  /** Share of the source's rows, from 0. @default 0 */
  readonly rowCountTolerance?: number;
}

export type CheckName = 'schema' | 'row_count' | 'partition' | 'checksum' | 'statistics' | 'sample' | 'query';

/** The differences that count as equal; `docs/validation.md` has a line for each. */
export interface Equality {
  readonly negativeZero?: 'different' | 'equal';
  readonly trailingBlanks?: 'different' | 'equal';
  readonly emptyText?: 'different' | 'equal-to-null';
  readonly arrayOrder?: 'different' | 'equal';
}

/** Who may do what with which of the target's tables. The first that matches a user and a table decides. */
export interface Grant {
  readonly name: string;
  readonly to: { readonly users: readonly string[]; readonly groups: readonly string[] };
  readonly on: {
    /** Names of `target.catalogs`. */
    readonly catalogs: readonly string[];
    /** Globs. */
    readonly schemas: readonly string[];
    /** Globs. */
    readonly tables: readonly string[];
  };
  /** Empty: what matches is refused. */
  readonly privileges: readonly Privilege[];
  /** Columns that are not shown. */
  readonly hide: readonly string[];
  /** SQL expressions that replace the values of columns, by column. */
  readonly mask: Readonly<Record<string, string>>;
  /** SQL condition that rows must meet; `null` for all rows. */
  readonly rows: string | null;
  readonly origin: RuleOrigin;
}

/** As Trino names them. */
export type Privilege = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE' | 'OWNERSHIP' | 'GRANT_SELECT';

export type AssetKind = 'database' | 'table' | 'bucket';

/** All given keys must hold. A list means any of its values. Globs support `*`, `?`, `[a-z]` and `{a,b}`, and ignore case. */
export interface Condition {
  readonly kind?: readonly AssetKind[];
  readonly service?: readonly ('glue' | 's3')[];
  readonly database?: readonly string[];
  readonly table?: readonly string[];
  readonly bucket?: readonly string[];
  readonly location?: readonly string[];
  readonly format?: readonly TableFormat[];
  readonly readiness?: readonly Readiness[];
  readonly tableType?: readonly string[];
  readonly serde?: readonly string[];
  readonly traits?: readonly Trait[];
  readonly isLink?: boolean;
  readonly sizeGb?: Range | 'unknown';
  readonly rows?: Range | 'unknown';
  readonly partitions?: Range | 'unknown';
  readonly columns?: Range;
  readonly partitionKeys?: readonly string[];
  readonly lastUpdated?: { readonly before?: string; readonly after?: string };
  readonly parameters?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly not?: Condition;
  readonly any?: readonly Condition[];
  readonly all?: readonly Condition[];
}

export interface Range {
  readonly gt?: number;
  readonly gte?: number;
  readonly lt?: number;
  readonly lte?: number;
}
