import type { MappedTable } from '../mappings/plan.js';
import type { Target } from '../mappings/template.js';

/** How big Trino is, with where each figure comes from. */
export interface TrinoSize {
  readonly workers: number;
  /** Memory that one query may take in the whole cluster. */
  readonly queryMemoryGb: number;
  readonly because: string;
}

/** What FACTS' topologies assume of a machine: 16 vCPU and 64 GB, of which the heap takes 75 %. */
const heapGb = 48;
/** Trino's own default share of the heap for one query. */
const queryMemoryPerNodeGb = Math.floor(heapGb * 0.3);
const leastWorkers = 3;
/** Queries that run at a time, each over one of the largest tables, and what of a table one holds in memory. */
const concurrentQueries = 5;
const shareInMemory = 0.1;
const bytesPerGb = 1e9;

/**
 * Workers so that the largest queries fit in 70 % of all heaps. The catalog knows sizes and no queries, so this is a
 * guess of low confidence; Athena's history will make it a better one. Unknown sizes count for nothing.
 */
export function sizeTrino(sizing: Target['sizing'], tables: readonly MappedTable[]): TrinoSize {
  const [workers, because] =
    sizing.trinoWorkers === 'auto'
      ? workersForTables(tables)
      : ([sizing.trinoWorkers, 'target.sizing.trinoWorkers says so'] as const);
  return { workers, queryMemoryGb: queryMemoryPerNodeGb * Math.max(1, workers), because };
}

/** For a machine that other services share: half of its memory is heap. */
export function sizeSingleTrino(): TrinoSize {
  return { workers: 0, queryMemoryGb: 9, because: 'topology small: one machine, 0.3 of a heap of 32 GB' };
}

function workersForTables(tables: readonly MappedTable[]): [number, string] {
  const largest = tables
    .map(({ source }) => source.size.value ?? 0)
    .sort((a, b) => b - a)
    .slice(0, concurrentQueries);
  const neededGb = (largest.reduce((sum, size) => sum + size, 0) * shareInMemory) / bytesPerGb;
  const workers = Math.max(leastWorkers, Math.ceil(neededGb / (0.7 * heapGb)));
  const basis = `the ${concurrentQueries} largest tables of known size, ${shareInMemory * 100} % of each in memory, in 70 % of heaps of ${heapGb} GB, at least ${leastWorkers} (confidence: low)`;
  return [workers, `auto: ${basis}`];
}
