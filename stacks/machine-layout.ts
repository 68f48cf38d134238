import { authorityServices } from '../constructs/authority/index.js';
import type { Opening } from '../constructs/network/index.js';
import { batchPort } from '../constructs/trino-gateway/index.js';
import { trinoPort } from '../constructs/trino/index.js';
import type { AddressPlan, MachineName } from '../core/address-plan.js';
import { addressPlanOf, lakehouseMachines } from '../core/lakehouse-machines.js';
import type { MachineRange } from '../core/lakehouse-machines.js';
import type { LakehouseSize } from '../mappings/size-lakehouse.js';
import type { Target } from '../mappings/template.js';

/** Machines of the same kind. */
export interface MachineGroup {
  readonly name: string;
  readonly count: number;
  readonly flavor: string;
  /** Services by name, in the order in which they start. */
  readonly services: readonly string[];
  /** `data` outlives the machine, `spill` goes with it. */
  readonly volume: 'data' | 'spill' | 'none';
  /** People reach Trino here. */
  readonly isEntrance: boolean;
  /** Whether a machine's name ends in its number. */
  readonly isNumbered: boolean;
  /** Offset of the first machine's zone in the list of zones. */
  readonly zoneShift: number;
}

export interface MachineLayout {
  readonly groups: readonly MachineGroup[];
  /** Machines that each service's name stands for, as in `http://iceberg-catalog:8181`. */
  readonly aliases: Readonly<Record<string, readonly MachineName[]>>;
  readonly openings: Readonly<Record<string, readonly Opening[]>>;
  readonly addresses: AddressPlan;
  /** Availability zones, used in turn; an empty list leaves the choice to the cloud. */
  readonly zones: readonly string[];
  /** The machine that every other service finds its database on. */
  readonly database: MachineName;
  /** Whether the databases are replicated. */
  readonly isReplicated: boolean;
  readonly coordinator: MachineName;
  /** Of the fault-tolerant cluster. */
  readonly batchCoordinator: MachineName | null;
}

const ports = { postgresql: 5432, icebergCatalog: 8181, hiveMetastore: 9083, ssh: 22 } as const;
const catalogServices = ['hive-metastore', 'iceberg-catalog'];

type Machines = ReadonlyMap<string, MachineRange>;

export function layoutOf(target: Target, size: LakehouseSize): MachineLayout {
  const machines = lakehouseMachines({ ...target, ...size });
  switch (target.topology) {
    case 'small':
      return smallLayout(target, machines);
    case 'standard':
      return standardLayout(target, machines);
    case 'ha':
      return haLayout(target, machines);
  }
}

/** One machine for everything. */
function smallLayout({ flavors, network, keyPair }: Target, machines: Machines): MachineLayout {
  const only = { group: 'lakehouse', number: 1 };
  return {
    groups: counted(machines, [
      {
        name: 'lakehouse',
        flavor: flavors.trino,
        services: [...authorityServices, 'postgresql', ...catalogServices, 'trino-coordinator', 'migration-runner'],
        volume: 'data',
        isEntrance: true,
        isNumbered: false,
        zoneShift: 0,
      },
    ]),
    aliases: { coordinator: [only], database: [only], 'iceberg-catalog': [only] },
    openings: { lakehouse: entrance([trinoPort], network.allowFrom, keyPair) },
    addresses: addressPlanOf(machines),
    zones: [],
    database: only,
    isReplicated: false,
    coordinator: only,
    batchCoordinator: null,
  };
}

/** One machine per service; two catalogs, so that one may fail; workers and runners as sized. */
function standardLayout({ flavors, network, keyPair }: Target, machines: Machines): MachineLayout {
  const ssh = keyPair === null ? [] : [inside(ports.ssh, 'coordinator')];
  const one = (group: string): MachineName => ({ group, number: 1 });
  return {
    groups: counted(machines, [
      {
        ...group('database', flavors.services, [...authorityServices, 'postgresql']),
        volume: 'data',
        isNumbered: false,
      },
      group('catalog', flavors.services, [...authorityServices, ...catalogServices]),
      {
        ...group('coordinator', flavors.trino, [...authorityServices, 'trino-coordinator']),
        isEntrance: true,
        isNumbered: false,
      },
      { ...group('worker', flavors.trino, ['trino-worker']), volume: 'spill' },
      group('runner', flavors.services, [...authorityServices, 'migration-runner']),
    ]),
    aliases: { 'iceberg-catalog': everyOne('catalog', countOf(machines, 'catalog')) },
    openings: {
      database: [inside(ports.postgresql, 'catalog', 'runner'), ...ssh],
      catalog: [...catalogOpenings('coordinator', 'worker'), ...ssh],
      coordinator: [inside(trinoPort, 'worker', 'runner'), ...entrance([trinoPort], network.allowFrom, keyPair)],
      worker: [inside(trinoPort, 'coordinator', 'worker'), ...ssh],
      runner: ssh,
    },
    addresses: addressPlanOf(machines),
    zones: [],
    database: one('database'),
    isReplicated: false,
    coordinator: one('coordinator'),
    batchCoordinator: null,
  };
}

/** Three zones: two clusters behind two gateways, three databases, two catalogs per zone. */
function haLayout({ flavors, network, keyPair, zones, databasePrimary }: Target, machines: Machines): MachineLayout {
  const ssh = keyPair === null ? [] : [inside(ports.ssh, 'gateway')];
  const single = { isNumbered: false };
  return {
    groups: counted(machines, [
      { ...group('database', flavors.services, [...authorityServices, 'postgresql']), volume: 'data' },
      group('catalog', flavors.services, [...authorityServices, ...catalogServices]),
      { ...group('coordinator', flavors.trino, [...authorityServices, 'trino-coordinator']), ...single },
      { ...group('worker', flavors.trino, ['trino-worker']), volume: 'spill' },
      // In another zone than the other coordinator: each stands in for the other.
      {
        ...group('batch-coordinator', flavors.trino, [...authorityServices, 'trino-batch-coordinator']),
        ...single,
        zoneShift: 1,
      },
      group('batch-worker', flavors.trino, ['trino-batch-worker']),
      { ...group('gateway', flavors.services, ['trino-gateway']), isEntrance: true },
      group('runner', flavors.services, [...authorityServices, 'migration-runner']),
    ]),
    aliases: { 'iceberg-catalog': everyOne('catalog', countOf(machines, 'catalog')) },
    openings: {
      database: [inside(ports.postgresql, 'catalog', 'database', 'runner'), ...ssh],
      catalog: [...catalogOpenings('coordinator', 'worker', 'batch-coordinator', 'batch-worker'), ...ssh],
      coordinator: [inside(trinoPort, 'worker', 'runner', 'gateway'), ...ssh],
      worker: [inside(trinoPort, 'coordinator', 'worker'), ...ssh],
      'batch-coordinator': [inside(trinoPort, 'batch-worker', 'runner', 'gateway'), ...ssh],
      'batch-worker': [inside(trinoPort, 'batch-coordinator', 'batch-worker'), ...ssh],
      gateway: entrance([trinoPort, batchPort], network.allowFrom, keyPair),
      runner: ssh,
    },
    addresses: addressPlanOf(machines),
    zones,
    database: { group: 'database', number: databasePrimary },
    isReplicated: true,
    coordinator: { group: 'coordinator', number: 1 },
    batchCoordinator: { group: 'batch-coordinator', number: 1 },
  };
}

type Uncounted = Omit<MachineGroup, 'count'>;

function group(name: string, flavor: string, services: readonly string[]): Uncounted {
  return { name, flavor, services, volume: 'none', isEntrance: false, isNumbered: true, zoneShift: 0 };
}

function counted(machines: Machines, groups: readonly Uncounted[]): readonly MachineGroup[] {
  return groups.map((each) => ({ ...each, count: countOf(machines, each.name) }));
}

function countOf(machines: Machines, name: string): number {
  const range = machines.get(name);
  if (range === undefined) throw new Error(`the topology has no machines called ${name}`);
  return range.count;
}

function inside(port: number, ...fromGroups: string[]): Opening {
  return { port, fromGroups };
}

function catalogOpenings(...fromGroups: string[]): Opening[] {
  return [ports.icebergCatalog, ports.hiveMetastore].map((port) => inside(port, ...fromGroups));
}

function entrance(trinoPorts: readonly number[], fromCidrs: readonly string[], keyPair: string | null): Opening[] {
  return [...trinoPorts, ...(keyPair === null ? [] : [ports.ssh])].map((port) => ({ port, fromCidrs }));
}

function everyOne(name: string, count: number): readonly MachineName[] {
  return Array.from({ length: count }, (_, index) => ({ group: name, number: index + 1 }));
}

/** Every machine of a group. */
export function machinesOf({ name, count }: MachineGroup): readonly MachineName[] {
  return everyOne(name, count);
}

/** Such as `worker-3`; for groups that only ever have one machine, such as `database`. */
export function hostNameOf({ groups }: MachineLayout, { group: name, number }: MachineName): string {
  const isNumbered = groups.some((each) => each.name === name && each.isNumbered);
  return isNumbered ? `${name}-${number}` : name;
}

/** Zones in turn, so that a growing group does not move existing machines. */
export function zoneOf(
  { zones }: MachineLayout,
  { zoneShift }: MachineGroup,
  { number }: MachineName,
): string | undefined {
  return zones.length === 0 ? undefined : zones[(number - 1 + zoneShift) % zones.length];
}
