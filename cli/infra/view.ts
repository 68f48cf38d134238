import { printable } from '../../core/diagnostic.js';
import { isCurrent } from '../../openstack/machines/index.js';
import type { LakehouseState, Machine } from '../../openstack/machines/index.js';
import type { CloudNeeds } from '../../openstack/preflight/needs.js';
import { alignColumns } from '../text-table.js';

/** For people, when no problem was found. `isWhole` is true when no check was skipped. */
export function describeNeeds({ servers, volumes, containers, counts }: CloudNeeds, isWhole: boolean): string {
  const sizeGb = volumes.reduce((sum, volume) => sum + volume.sizeGb, 0);
  const found = isWhole
    ? 'The cloud has what the lakehouse needs'
    : 'Some checks were skipped; as far as checked, the cloud has what the lakehouse needs';
  return `${found}: ${servers.length} servers, ${volumes.length} volumes (${sizeGb} GB), ${counts.floatingip} floating IPs, ${containers.length} buckets.\nNext: aws2openstack synth writes the Terraform.\n`;
}

/** For people. */
export function describeMachines({ machines, volumes }: LakehouseState): string {
  const rows = machines.map((machine) => {
    const { name, status, wants, report } = machine;
    const has = report?.bundle?.slice(0, 12) ?? '-';
    return [name, status, wants.slice(0, 12), has, report?.at ?? '-', printable(stateOf(machine))];
  });
  const header = ['machine', 'server', 'should have', 'has', 'reported', ''];
  const disks = volumes.map(({ name, sizeGb, status }) => [name, `${sizeGb} GB`, status]);
  return `${alignColumns(machines.length === 0 ? [] : [header, ...rows], 6)}\n\nVolumes\n${alignColumns(disks, 3)}\n`;
}

/** For people. `only` are the machines and roles that the user named, if any. */
export function describeRoll(changed: number, only: readonly string[] | undefined): string {
  if (changed > 0) return `Changed ${changed} machines.\n`;
  return only === undefined ? 'Every machine has its bundle.\n' : 'The selected machines have their bundle.\n';
}

function stateOf(machine: Machine): string {
  const { status, wants, report } = machine;
  // An old report says nothing about the current state.
  if (status !== 'ACTIVE') return `the server is ${status}`;
  if (report === null) return 'no report; check that it has clouds.yaml';
  if (isCurrent(machine)) return 'current';
  if (report.error !== null) return report.error;
  if (report.bundle !== wants) return 'waiting for its turn';
  const sick = Object.entries(report.services).filter(([, word]) => word !== 'active');
  return sick.map(([service, word]) => `${service} ${word}`).join(', ');
}
