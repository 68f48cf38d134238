import { lakehouseTotals } from '../mappings/index.js';
import type { Plan } from '../mappings/index.js';

/** For people: what the cloud must provide, and how certain that is. Several lines. */
export function describeLakehouse({ target, size }: Pick<Plan, 'target' | 'size'>): string {
  const totals = lakehouseTotals({ target, size });
  const { machines, trinoMachines, vcpus, memoryGb, volumes, volumesGb, estimates } = totals;
  const others = machines - trinoMachines;
  return [
    `The lakehouse (topology ${target.topology}) takes ${count(machines, 'machine')} and ${count(volumes, 'volume')} of ${number(volumesGb)} GB in all`,
    `  ${count(trinoMachines, 'machine')} of flavor ${target.flavors.trino}: ${number(vcpus)} vCPU, ${number(memoryGb)} GB memory`,
    ...(others === 0 ? [] : [`  ${count(others, 'machine')} of flavor ${target.flavors.services}`]),
    ...estimates.map(
      ({ name, value, unit, confidence, override }) =>
        `  estimated: ${name} = ${number(value)} ${unit} (confidence: ${confidence}); set ${override} to decide it`,
    ),
    ...(estimates.length === 0 ? [] : ['  aws2openstack explain sizing shows how these were computed.']),
  ].join('\n');
}

function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}
