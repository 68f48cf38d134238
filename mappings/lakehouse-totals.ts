import { lakehouseMachines } from '../core/lakehouse-machines.js';
import type { Plan } from './plan.js';
import type { SizeFigure } from './size-lakehouse.js';

/** The capacity that a cloud must provide for the lakehouse. GB are 10⁹ bytes. */
export interface LakehouseTotals {
  readonly machines: number;
  /** Machines of `target.flavors.trino`. */
  readonly trinoMachines: number;
  /** Of the machines of `target.flavors.trino`; the size of `target.flavors.services` is not in the mapping. */
  readonly vcpus: number;
  readonly memoryGb: number;
  readonly volumes: number;
  readonly volumesGb: number;
  /** The figures among them that are estimates, the least certain first. */
  readonly estimates: readonly SizeFigure[];
}

const trinoGroups = ['lakehouse', 'coordinator', 'worker', 'batch-coordinator', 'batch-worker'];
const dataGroups = ['lakehouse', 'database'];
const counted = ['trino.workers', 'trino.batchWorkers', 'runners', 'volume.database', 'volume.spill'];
const certainty = ['low', 'medium', 'high'];

export function lakehouseTotals({ target, size }: Pick<Plan, 'target' | 'size'>): LakehouseTotals {
  const groups = lakehouseMachines({ ...target, ...size });
  const countOf = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + (groups.get(name)?.count ?? 0), 0);
  const trinoMachines = countOf(trinoGroups);
  const dataVolumes = countOf(dataGroups);
  const spillVolumes = countOf(['worker']);
  return {
    machines: countOf([...groups.keys()]),
    trinoMachines,
    vcpus: trinoMachines * target.sizing.machine.vcpus,
    memoryGb: trinoMachines * target.sizing.machine.memoryGb,
    volumes: dataVolumes + spillVolumes,
    volumesGb: dataVolumes * size.dataVolumeGb + spillVolumes * size.spillVolumeGb,
    estimates: size.figures
      .filter(({ name, confidence }) => counted.includes(name) && confidence !== 'high')
      .sort((a, b) => certainty.indexOf(a.confidence) - certainty.indexOf(b.confidence)),
  };
}
