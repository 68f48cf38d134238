import { addressAt, parseCidr } from './cidr.js';

/** A machine's name, such as `worker-3`: its group and its number in the group, counted from 1. */
export interface MachineName {
  readonly group: string;
  readonly number: number;
}

/**
 * Where each group's addresses start. With fixed addresses, a config bundle can name every machine before any exists, and
 * a group can grow without changing the addresses of others.
 */
export type AddressPlan = Readonly<Record<string, number>>;

/** Reserved for Neutron's DHCP and the router's port. */
export const poolOffsets = { gateway: 1, first: 2, last: 9 } as const;

/** How many addresses a network needs for these machines, the network's and the broadcast address included. */
export function addressesNeeded(plan: AddressPlan, machines: readonly MachineName[]): number {
  const last = machines.reduce<number>((most, machine) => Math.max(most, offsetOf(plan, machine)), poolOffsets.last);
  return last + 2;
}

/** The machine's address; `undefined` when the network cannot hold it. */
export function machineAddress(cidr: string, plan: AddressPlan, machine: MachineName): string | undefined {
  const network = parseCidr(cidr);
  if (network === undefined || offsetOf(plan, machine) > network.size - 2) return undefined;
  return addressAt(network, offsetOf(plan, machine));
}

/** How many machines a group may have before it reaches the next group's addresses. */
export function groupCapacity(plan: AddressPlan, group: string): number {
  const start = startOf(plan, group);
  const next = Math.min(...Object.values(plan).filter((other) => other > start));
  return next - start;
}

function offsetOf(plan: AddressPlan, { group, number }: MachineName): number {
  return startOf(plan, group) + number - 1;
}

function startOf(plan: AddressPlan, group: string): number {
  const start = plan[group];
  if (start === undefined) throw new Error(`no addresses are reserved for the group ${group}`);
  return start;
}
