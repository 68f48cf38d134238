import type { AddressPlan, MachineName } from './address-plan.js';

/** The machines of one group: how many, and how many places after the network's own address the first one is. */
export interface MachineRange {
  readonly count: number;
  readonly first: number;
}

/** The settings that determine the number of machines. */
export interface MachineCounts {
  readonly topology: 'small' | 'standard' | 'ha';
  /** A name may occur more than once. */
  readonly zones: readonly string[];
  readonly workers: number;
  readonly batchWorkers: number;
  readonly runners: number;
}

const catalogsAZone = 2;

/** Every machine of the lakehouse by group. Groups that can grow come last, so that growth changes no other addresses. */
export function lakehouseMachines(counts: MachineCounts): ReadonlyMap<string, MachineRange> {
  const { topology, zones, workers, batchWorkers, runners } = counts;
  switch (topology) {
    case 'small':
      return new Map([['lakehouse', { count: 1, first: 10 }]]);
    case 'standard':
      return new Map([
        ['coordinator', { count: 1, first: 10 }],
        ['database', { count: 1, first: 11 }],
        ['catalog', { count: 2, first: 12 }],
        ['runner', { count: runners, first: 16 }],
        ['worker', { count: workers, first: 32 }],
      ]);
    case 'ha':
      return new Map([
        ['coordinator', { count: 1, first: 10 }],
        ['batch-coordinator', { count: 1, first: 11 }],
        ['gateway', { count: 2, first: 12 }],
        ['database', { count: 3, first: 16 }],
        ['catalog', { count: catalogsAZone * Math.max(1, new Set(zones).size), first: 24 }],
        ['runner', { count: runners, first: 48 }],
        ['worker', { count: workers, first: 64 }],
        ['batch-worker', { count: batchWorkers, first: 160 }],
      ]);
  }
}

export function addressPlanOf(machines: ReadonlyMap<string, MachineRange>): AddressPlan {
  return Object.fromEntries([...machines].map(([group, { first }]) => [group, first]));
}

export function namesOf(machines: ReadonlyMap<string, MachineRange>): readonly MachineName[] {
  return [...machines].flatMap(([group, { count }]) =>
    Array.from({ length: count }, (_, index) => ({ group, number: index + 1 })),
  );
}
