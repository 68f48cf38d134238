import { expect, test } from '@jest/globals';
import type { LakehouseSize } from '../../mappings/size-lakehouse.js';
import type { MappedTable } from '../../mappings/plan.js';
import type { Sizing, Target } from '../../mappings/template.js';
import { planWith, sizingWith, table } from '../support/plan-builder.js';

const sized = (name: `${string}.${string}`, value: number | null): MappedTable =>
  table(name, { source: { size: { value, source: 'crawler', confidence: 'medium' } } });

function size(
  sizing: Partial<Sizing> = {},
  tables: readonly MappedTable[] = [],
  topology: Target['topology'] = 'standard',
): LakehouseSize {
  return planWith({ tables, target: { topology, sizing: sizingWith(sizing) } }).size;
}

test('the mapping decides where it names a number', () => {
  const named = {
    trinoWorkers: 7,
    batchWorkers: 5,
    runners: 4,
    dataVolumeGb: 11,
    spillVolumeGb: 12,
    concurrentQueries: 13,
    queryMemoryPerNodeGb: 10,
  };
  const ha = size(named, [], 'ha');
  expect(ha).toMatchObject({ workers: 7, batchWorkers: 5, runners: 4, dataVolumeGb: 11, spillVolumeGb: 12 });
  expect(ha).toMatchObject({ concurrentQueries: 13, queryMemoryGb: 70, batchQueryMemoryGb: 50 });
  for (const { name, because, override } of ha.figures)
    if (Object.hasOwn(named, override.replace('target.sizing.', '')) && !/queryMemory$|QueryMemory$/.test(name))
      expect([name, because]).toEqual([name, 'set in the mapping']);
});

test('three workers at least, and as many as the five largest tables ask for', () => {
  expect(size().workers).toBe(3);
  const tables = [sized('a.b', 1e12), sized('a.c', 1e12), sized('a.d', null)];
  // 10 % of 2 TB in 70 % of heaps of 48 GB.
  expect(size({}, tables).workers).toBe(6);
});

test('what is known of the queries counts instead', () => {
  const tables = [sized('a.b', 1e15)];
  const load = { peakCpus: 480, queryMemoryGb: 100 };
  const { workers, figures } = size({ load }, tables);
  // 480 / (0.6 × 16)
  expect(workers).toBe(50);
  expect(figures[0]).toMatchObject({ name: 'trino.workers', confidence: 'high' });
  expect(size({ load: { ...load, peakCpus: null } }).workers).toBe(3);
  expect(size({ load, machine: { vcpus: 32, memoryGb: 128 } }).workers).toBe(25);
});

test('one machine works by itself, with half of its memory', () => {
  expect(size({ trinoWorkers: 9 }, [], 'small')).toMatchObject({ workers: 0, heapPercent: 50, queryMemoryGb: 9 });
});

test('the database grows with partitions, and runners with the data', () => {
  const big = table('a.b', { source: { partitions: { ...table('a.b').source.partitions, count: 20_000_000 } } });
  expect(size({}, [big]).dataVolumeGb).toBe(331);
  expect(size({}, [sized('a.b', 200e12)]).runners).toBe(4);
  expect(size({}, [sized('a.b', 1e16)]).runners).toBe(16);
});

test.each(['small', 'standard', 'ha'] as const)(
  'every figure of %s says where it comes from and what changes it',
  (topology) => {
    const { figures } = size({}, [sized('a.b', 5e9)], topology);
    expect(new Set(figures.map(({ name }) => name)).size).toBe(figures.length);
    for (const { because, override, value } of figures) {
      expect(because).not.toBe('');
      expect(override).toMatch(/^target\.(sizing|topology|flavors)/);
      expect(Number.isInteger(value)).toBe(true);
    }
  },
);
