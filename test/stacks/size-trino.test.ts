import { expect, test } from '@jest/globals';
import { sizeTrino } from '../../stacks/size-trino.js';
import { table } from '../support/plan-builder.js';

const sizing = { trinoWorkers: 'auto', runners: 1, dataVolumeGb: 10 } as const;
const sized = (name: `${string}.${string}`, value: number | null): ReturnType<typeof table> =>
  table(name, { source: { size: { value, source: 'crawler', confidence: 'medium' } } });

test('the mapping decides where it names a number', () => {
  expect(sizeTrino({ ...sizing, trinoWorkers: 7 }, [])).toMatchObject({ workers: 7, queryMemoryGb: 98 });
});

test('three workers at least, and as many as the five largest tables ask for', () => {
  expect(sizeTrino(sizing, []).workers).toBe(3);
  const tables = [sized('a.b', 1e12), sized('a.c', 1e12), sized('a.d', null)];
  // 10 % of 2,000 GB in 70 % of heaps of 48 GB.
  expect(sizeTrino(sizing, tables).workers).toBe(6);
  expect(sizeTrino(sizing, tables).because).toContain('confidence: low');
});
