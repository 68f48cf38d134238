export type Source = 'aws' | 'azure' | 'vmware' | 'openstack';
export type Target = 'aws' | 'openstack';

/** One machine to migrate. `payload.schema.json` says what each value may be. */
export interface Payload {
  readonly migrationId: string;
  readonly correlationId?: string;
  readonly appName: string;
  readonly source: Source;
  readonly target: Target;
  readonly environment: string;
  readonly wave: string;
  readonly sourceVmId: string;
  readonly targetVmName: string;
  readonly instanceType: string;
  readonly subnetId: string;
  readonly securityGroupIds: readonly string[];
  readonly callbackUrl?: string;
  readonly network?: Network;
  readonly dns?: DnsNames;
  readonly cmdb?: CmdbRecord;
  readonly rules?: CutoverRules;
  readonly options?: Readonly<Record<string, string | number | boolean>>;
}

export interface Network {
  readonly fixedIp?: string;
  readonly macAddress?: string;
  readonly testSubnetId?: string;
}

/** Names that lead to the machine; upper and lower case are the same, and so is a dot at the end. */
export interface DnsNames {
  readonly zone: string;
  /** @default targetVmName in the zone */
  readonly names?: readonly string[];
  /** In place of the machine's own, such as floating IPs. */
  readonly addresses?: readonly string[];
  readonly reverseZones?: readonly string[];
  /** @default that of the record, or of the zone */
  readonly ttlSeconds?: number;
}

export type CmdbFields = Readonly<Record<string, string | number | boolean>>;

/** The record to write about the machine into a CMDB. Texts may have placeholders, such as `{address}`. */
export interface CmdbRecord {
  /** @default targetVmName */
  readonly key?: string;
  /** When the machine is cut over, and when it is finalized. */
  readonly fields: CmdbFields;
  /** When it was cut over and runs at its source again. @default fields */
  readonly fieldsAfterRollback?: CmdbFields;
}

export interface CutoverRules {
  /** @default when-ordered */
  readonly start?: 'when-ordered' | 'when-ready';
  /** @default true */
  readonly test?: boolean;
  readonly after?: readonly string[];
  readonly windows?: readonly Window[];
  readonly gates?: readonly string[];
  readonly concurrency?: Concurrency;
}

/** ISO 8601 in UTC; `to` does not belong to it. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

export interface Concurrency {
  readonly replications?: number;
  readonly cutovers?: number;
}
