import { lakehouseTotals } from '../../mappings/index.js';
import type { PlannedFiles } from '../../mappings/index.js';
import type { Block } from '../../papers/index.js';
import { number } from '../migrate/view.js';

const names: Readonly<Record<string, string>> = {
  'trino.workers': 'Machines that answer queries',
  'trino.batchWorkers': 'Machines for long batches',
  'trino.heap': 'Memory of Trino on a machine',
  'trino.queryMemory': 'Memory that a query may take',
  'trino.concurrentQueries': 'Queries at the same time',
  'volume.database': 'Disk of the catalog’s database',
  'volume.spill': 'Disk for large queries, each machine',
  runners: 'Machines that copy',
};

/** The capacity that the cloud must provide, and how certain that is. */
export function capacityBlocks({ target, size }: PlannedFiles['plan']): readonly Block[] {
  const { machines, trinoMachines, vcpus, memoryGb, volumes, volumesGb, estimates } = lakehouseTotals({ target, size });
  return [
    { kind: 'heading', text: 'Machines and capacity' },
    {
      kind: 'tiles',
      tiles: [
        { value: number(machines), label: `${machines === 1 ? 'machine' : 'machines'}, topology ${target.topology}` },
        {
          value: number(vcpus),
          label:
            trinoMachines === 1 ? 'vCPU of the query machine' : `vCPU of the ${number(trinoMachines)} query machines`,
        },
        { value: `${number(memoryGb)} GB`, label: 'their memory' },
        { value: `${number(volumesGb)} GB`, label: volumes === 1 ? 'in one volume' : `in ${number(volumes)} volumes` },
      ],
    },
    {
      kind: 'table',
      columns: [
        { title: 'Figure', width: 3 },
        { title: 'Value', width: 1.6, align: 'right' },
        { title: 'How it was found', width: 5 },
        { title: 'Confidence', width: 1.4 },
      ],
      rows: size.figures
        .filter(({ name, value }) => name in names && value > 0)
        .map(({ name, value, unit, because, confidence }) => [
          names[name] ?? name,
          `${number(value)} ${unit}`,
          because,
          confidence,
        ]),
      note:
        estimates.length === 0
          ? 'The object store comes beside it: it takes the copied data, and room to grow.'
          : 'Low confidence means: the catalog knows sizes, not queries. Tell the peak load in the mapping to be certain. The object store comes beside it: it takes the copied data, and room to grow.',
    },
  ];
}
