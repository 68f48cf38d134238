import type { Readiness, TableFormat, Trait } from '../assessments/index.js';
import type { SourcePosition } from '../core/diagnostic.js';

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
  readonly rules: readonly Rule[];
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
    readonly dnsServers: readonly string[];
  };
  /** Name of the Glance image that the machines boot. */
  readonly image: string;
  readonly keyPair: string | null;
  readonly flavors: { readonly trino: string; readonly services: string };
  readonly objectStore: {
    readonly type: 'swift' | 'ceph-rgw';
    /** S3 endpoint, such as `https://rgw.acme.example`. */
    readonly endpoint: string;
    readonly region: string;
    readonly preserveBucketNames: boolean;
    /** Name of the Barbican secret that holds `ACCESS_KEY:SECRET_KEY`; machines fetch it by themselves. */
    readonly credentialsSecret: string;
  };
  readonly catalogs: Readonly<Record<string, CatalogTarget>>;
  readonly sizing: { readonly trinoWorkers: 'auto' | number; readonly runners: number; readonly dataVolumeGb: number };
  /** Whether Terraform refuses to destroy volumes, buckets and secrets. */
  readonly protectData: boolean;
  readonly state: {
    readonly backend: 'local' | 'http' | 'pg' | 's3';
    /** As Terraform names them; `${stack}` stands for the stack's name. */
    readonly settings: Readonly<Record<string, unknown>>;
  };
  readonly versions: { readonly trino: string; readonly hiveMetastore: string; readonly postgresql: string };
}

export type Topology = 'small' | 'standard' | 'ha';

export type CatalogTarget =
  | { readonly type: 'iceberg-rest'; readonly server: 'lakekeeper' | 'polaris'; readonly warehouse: string }
  | { readonly type: 'hive-metastore' };

export interface Rule {
  readonly name: string;
  readonly when: Condition;
  readonly action: Action;
  readonly origin: RuleOrigin;
}

export interface RuleOrigin extends SourcePosition {
  /** Name of the template that the rule stands in. */
  readonly template: string;
  readonly line: number;
}

export type Action =
  | { readonly type: 'map'; readonly to: Destination }
  | { readonly type: 'skip'; readonly reason: string }
  | { readonly type: 'block'; readonly reason: string };

/** Texts may hold `${database}`, `${table}`, `${bucket}`, `${region}`, `${account}` of the asset at hand. */
export interface Destination {
  readonly catalog?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly convert?: { readonly format: 'iceberg' };
  readonly bucket?: string;
  readonly versioning?: 'keep' | 'on' | 'off';
}

export type AssetKind = 'database' | 'table' | 'bucket';

/** All that are given must hold. Lists mean any of. Globs know `*`, `?`, `[a-z]` and `{a,b}`, and ignore case. */
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
