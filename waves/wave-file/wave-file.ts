import type { Concurrency, Source, Target, Window } from '../payload/payload.js';

/** `waves.yaml`, as `wave.schema.json` has it. */
export interface WaveFile {
  readonly apiVersion: 'aws2openstack/v1';
  readonly kind: 'Waves';
  readonly defaults?: MachineDefaults;
  readonly estimates?: Estimates;
  readonly limits?: Limits;
  readonly waves: readonly Wave[];
}

export interface Wave {
  readonly name: string;
  readonly start?: 'when-ordered' | 'when-ready';
  readonly test?: boolean;
  readonly gates?: readonly string[];
  readonly windows?: readonly Window[];
  readonly concurrency?: Concurrency;
  readonly applications: readonly Application[];
}

export interface Application {
  readonly name: string;
  readonly after?: readonly string[];
  readonly machines?: readonly WaveMachine[];
  readonly machinesFrom?: string;
}

export interface MachineDefaults {
  readonly source?: Source;
  readonly target?: Target;
  readonly environment?: string;
  readonly instanceType?: string;
  readonly subnetId?: string;
  readonly securityGroupIds?: readonly string[];
  readonly callbackUrl?: string;
  readonly testSubnetId?: string;
  readonly dns?: DnsDefaults;
  readonly cmdb?: CmdbDefaults;
  readonly options?: Readonly<Record<string, string | number | boolean>>;
  readonly diskGb?: number;
}

/** As of the payload. A machine's own keys replace those of the defaults. */
export interface DnsDefaults {
  readonly zone?: string;
  readonly names?: readonly string[];
  readonly addresses?: readonly string[];
  readonly reverseZones?: readonly string[];
  readonly ttlSeconds?: number;
}

/** As of the payload. A machine's own fields are added to those of the defaults. */
export interface CmdbDefaults {
  readonly key?: string;
  readonly fields?: Readonly<Record<string, string | number | boolean>>;
  readonly fieldsAfterRollback?: Readonly<Record<string, string | number | boolean>>;
}

export interface WaveMachine extends MachineDefaults {
  readonly migrationId?: string;
  readonly sourceVmId: string;
  readonly targetVmName: string;
  readonly fixedIp?: string;
  readonly macAddress?: string;
}

export interface Estimates {
  /** @default 60 */
  readonly diskGb?: number;
  /** @default 1000 */
  readonly bandwidthMbitPerSecond?: number;
  /** @default 15 */
  readonly launchMinutes?: number;
  /** @default 7 */
  readonly parallelDays?: number;
  readonly price?: Price;
}

export interface Price {
  /** ISO 4217. */
  readonly currency: string;
  readonly perGbMonth: number;
  readonly perMachineHour: number;
  /** @default 0 */
  readonly perGbTransferred?: number;
}

/** The free capacity of the target. */
export interface Limits {
  readonly instances?: number;
  readonly vcpus?: number;
  readonly ramGb?: number;
  readonly volumes?: number;
  readonly volumeGb?: number;
  readonly instanceTypes?: Readonly<Record<string, { readonly vcpus: number; readonly ramGb: number }>>;
  readonly subnets?: Readonly<Record<string, SubnetLimits>>;
}

export interface SubnetLimits {
  readonly cidr: string;
  readonly freeAddresses: number;
  /** Addresses that somebody has. */
  readonly taken?: readonly string[];
}
