import { addressesNeeded, groupCapacity } from '../core/address-plan.js';
import { parseCidr } from '../core/cidr.js';
import { addressPlanOf, lakehouseMachines, namesOf } from '../core/lakehouse-machines.js';
import type { LakehouseSize } from './size-lakehouse.js';
import type { SettingProblem } from './setting-problem.js';
import type { Target } from './template.js';

/** What decides how many machines a group has; of all others the topology does. */
const settingOf: Readonly<Record<string, string>> = {
  worker: 'target.sizing.trinoWorkers',
  'batch-worker': 'target.sizing.batchWorkers',
  runner: 'target.sizing.runners',
  catalog: 'target.zones',
};

/** Whether the target's network has an address for every machine of a lakehouse of this size. */
export function networkProblems(target: Target, size: LakehouseSize): readonly SettingProblem[] {
  const machines = lakehouseMachines({ ...target, ...size });
  const addresses = addressPlanOf(machines);
  const crowded = [...machines].filter(([group, { count }]) => count > groupCapacity(addresses, group));
  if (crowded.length > 0) {
    return crowded.map(([group, { count }]) => {
      const setting = settingOf[group] ?? 'target.topology';
      return {
        code: 'network-group-too-large',
        setting,
        message: `The network has addresses for ${groupCapacity(addresses, group)} machines called ${group}, and ${count} are asked for.`,
        fix: `Lower \`${setting}\`; \`aws2openstack explain sizing\` says where an automatic figure comes from.`,
      };
    });
  }
  const { cidr } = target.network;
  const names = namesOf(machines);
  const needed = addressesNeeded(addresses, names);
  const available = parseCidr(cidr)?.size ?? Infinity;
  if (available >= needed) return [];
  return [
    {
      code: 'network-too-small',
      setting: 'target.network.cidr',
      message: `${cidr} has ${available} addresses; ${names.length} machines and the gaps between their groups need ${needed}.`,
      fix: 'Widen `target.network.cidr`, or ask for fewer machines in `target.sizing`.',
    },
  ];
}
