import { addressesNeeded, groupCapacity } from '../core/address-plan.js';
import { parseCidr } from '../core/cidr.js';
import { addressPlanOf, lakehouseMachines, namesOf } from '../core/lakehouse-machines.js';
import type { LakehouseSize } from './size-lakehouse.js';
import type { SettingProblem } from './setting-problem.js';
import type { Target } from './template.js';

/** The setting that decides how many machines a group has; for other groups it is the topology. */
const settingOf: Readonly<Record<string, string>> = {
  worker: 'target.sizing.trinoWorkers',
  'batch-worker': 'target.sizing.batchWorkers',
  runner: 'target.sizing.runners',
  catalog: 'target.zones',
};

/** Problems if the target's network lacks addresses for the machines of a lakehouse of this size. */
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
        message: `The network has addresses for ${groupCapacity(addresses, group)} machines of the group '${group}', but ${count} are needed.`,
        fix: `Lower \`${setting}\`; \`aws2openstack explain sizing\` shows how an automatic value is computed.`,
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
      fix: 'Widen `target.network.cidr`, or reduce the number of machines in `target.sizing`.',
    },
  ];
}
