import { addressAt, parseCidr } from './cidr.js';

/** A machine's name, such as `worker-3`: its group and its number in the group, counted from 1. */
export interface MachineName {
  readonly group: string;
  readonly number: number;
}

/**
 * Where each group's addresses start. Fixed addresses let one config bundle name every machine before any exists, and
 * a group that grows moves nobody else. Runners and workers are last, because they are what grows.
 */
const groupStart: Readonly<Record<string, number>> = {
  lakehouse: 10,
  coordinator: 10,
  database: 11,
  catalog: 12,
  runner: 16,
  worker: 32,
};

/** Left to Neutron for DHCP and the router's port. */
export const poolOffsets = { gateway: 1, first: 2, last: 9 } as const;

/** How many addresses a network needs for these machines, the network's and the broadcast address included. */
export function addressesNeeded(machines: readonly MachineName[]): number {
  return Math.max(poolOffsets.last, ...machines.map(offsetOf)) + 2;
}

/** The machine's address; `undefined` when the network cannot hold it. */
export function machineAddress(cidr: string, machine: MachineName): string | undefined {
  const network = parseCidr(cidr);
  if (network === undefined || offsetOf(machine) > network.size - 2) return undefined;
  return addressAt(network, offsetOf(machine));
}

/** Most machines that a group may have before it reaches the next group's addresses. */
export function groupCapacity(group: string): number {
  const start = startOf(group);
  const next = Math.min(...Object.values(groupStart).filter((other) => other > start));
  return next - start;
}

function offsetOf({ group, number }: MachineName): number {
  return startOf(group) + number - 1;
}

function startOf(group: string): number {
  const start = groupStart[group];
  if (start === undefined) throw new Error(`no addresses are set aside for machines called ${group}`);
  return start;
}
