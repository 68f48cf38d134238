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
  readonly rules?: CutoverRules;
  readonly options?: Readonly<Record<string, string | number | boolean>>;
}

export interface Network {
  readonly fixedIp?: string;
  readonly macAddress?: string;
  readonly testSubnetId?: string;
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
