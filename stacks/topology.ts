import type { MachineName, Opening } from '../constructs/network/index.js';
import { trinoPorts } from '../constructs/trino/index.js';
import type { Target } from '../mappings/template.js';

/** Machines that are alike. */
export interface MachineGroup {
  readonly name: string;
  readonly count: number;
  readonly flavor: string;
  /** Services by name, in the order in which they start. */
  readonly services: readonly string[];
  /** It holds the databases, on a volume that outlives the machine. */
  readonly hasData: boolean;
  /** People reach Trino here. */
  readonly isEntrance: boolean;
}

export interface Topology {
  readonly groups: readonly MachineGroup[];
  /** Group that each service's name stands for, as in `http://iceberg-catalog:8181`. */
  readonly hostNames: Readonly<Record<string, string>>;
  readonly openings: Readonly<Record<string, readonly Opening[]>>;
  /** Share of a machine's memory that is Trino's heap. */
  readonly heapPercent: number;
}

const catalogServices = ['hive-metastore', 'iceberg-catalog'];

/** One machine for everything. */
export function smallTopology({ flavors, network, keyPair }: Target): Topology {
  return {
    groups: [
      {
        name: 'lakehouse',
        count: 1,
        flavor: flavors.trino,
        services: ['postgresql', ...catalogServices, 'trino-coordinator', 'migration-runner'],
        hasData: true,
        isEntrance: true,
      },
    ],
    hostNames: { coordinator: 'lakehouse', database: 'lakehouse', 'iceberg-catalog': 'lakehouse' },
    openings: { lakehouse: entrance(network.allowFrom, keyPair) },
    heapPercent: 50,
  };
}

/** A machine a service; two catalogs, so that one may go; workers and runners as many as it takes. */
export function standardTopology({ flavors, network, keyPair, sizing }: Target, workers: number): Topology {
  const group = (name: string, count: number, flavor: string, services: readonly string[]): MachineGroup => ({
    name,
    count,
    flavor,
    services,
    hasData: name === 'database',
    isEntrance: name === 'coordinator',
  });
  const inside = (port: number, ...fromGroups: string[]): Opening => ({ port, fromGroups });
  const ssh = keyPair === null ? [] : [inside(22, 'coordinator')];
  return {
    groups: [
      group('database', 1, flavors.services, ['postgresql']),
      group('catalog', 2, flavors.services, catalogServices),
      group('coordinator', 1, flavors.trino, ['trino-coordinator']),
      group('worker', workers, flavors.trino, ['trino-worker']),
      group('runner', sizing.runners, flavors.services, ['migration-runner']),
    ],
    hostNames: { coordinator: 'coordinator', database: 'database', 'iceberg-catalog': 'catalog' },
    openings: {
      database: [inside(5432, 'catalog'), ...ssh],
      catalog: [inside(8181, 'coordinator', 'worker'), inside(9083, 'coordinator', 'worker'), ...ssh],
      coordinator: [
        inside(trinoPorts.internal, 'worker'),
        inside(trinoPorts.https, 'runner'),
        ...entrance(network.allowFrom, keyPair),
      ],
      worker: [inside(trinoPorts.internal, 'coordinator', 'worker'), ...ssh],
      runner: ssh,
    },
    heapPercent: 75,
  };
}

function entrance(fromCidrs: readonly string[], keyPair: string | null): Opening[] {
  return [trinoPorts.https, ...(keyPair === null ? [] : [22])].map((port) => ({ port, fromCidrs }));
}

/** Every machine of a group. */
export function machinesOf({ name, count }: MachineGroup): readonly MachineName[] {
  return Array.from({ length: count }, (_, index) => ({ group: name, number: index + 1 }));
}

/** `worker-3`; of groups that only ever hold one machine just `database`. */
export function hostNameOf({ group, number }: MachineName): string {
  return ['catalog', 'runner', 'worker'].includes(group) ? `${group}-${number}` : group;
}
