import type { MappedTable } from './plan.js';
import type { Target } from './template.js';

/** How certain a figure is; `high` if it was measured or decided. */
type Confidence = 'high' | 'medium' | 'low';

/** One figure of the lakehouse's size, and where it comes from. */
export interface SizeFigure {
  /** Stable, such as `trino.workers`. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** How it was derived, for people. */
  readonly because: string;
  /** The inputs of the computation. */
  readonly inputs: readonly SizeInput[];
  readonly confidence: Confidence;
  /** The key of the mapping that decides it. */
  readonly override: string;
}

export interface SizeInput {
  readonly name: string;
  /** `null`: not known. */
  readonly value: number | null;
  readonly unit: string;
  readonly source: string;
  readonly confidence: Confidence | 'none';
}

/** Every figure that the layout needs, and all of them with their reasons. */
export interface LakehouseSize {
  /** Of the interactive cluster; 0 in `small`, where the coordinator works. */
  readonly workers: number;
  /** Of the fault-tolerant cluster; 0 except in `ha`. */
  readonly batchWorkers: number;
  readonly runners: number;
  /** Share of a machine's memory that is Trino's heap. */
  readonly heapPercent: number;
  /** Memory that one query may take in the whole cluster. */
  readonly queryMemoryGb: number;
  readonly batchQueryMemoryGb: number;
  readonly concurrentQueries: number;
  readonly dataVolumeGb: number;
  readonly spillVolumeGb: number;
  readonly figures: readonly SizeFigure[];
}

const bytesPerGb = 1e9;
/** CPU utilisation to plan for: when a node fails, the others have room for its work. */
const cpuShare = 0.6;
const heapShareForQueries = 0.7;
/** Trino's own default share of the heap for one query. */
const heapShareOfOneQuery = 0.3;
const leastWorkers = 3;
/** Without a query history: how many of the largest tables are read at the same time, and how much of each is in memory. */
const largestTables = 5;
const shareInMemory = 0.1;
/** The size of a table or partition in the metastore's database, with indexes, in bytes, and the factor for growth. */
const databaseBytes = { base: 10e9, table: 50e3, partition: 5e3, growth: 3 };
const leastDataVolumeGb = 100;
/** The bytes that one runner copies in a week at 100 MB a second. */
const runnerBytesAWeek = 100e6 * 7 * 24 * 3600;
const mostRunners = 16;

/** Sizes the lakehouse: values in the mapping take precedence, others are computed from the assessed tables. Pure. */
export function sizeLakehouse(target: Target, tables: readonly MappedTable[]): LakehouseSize {
  const { sizing, topology } = target;
  const heapPercent = heapPercentOf(target);
  const heap: SizeFigure = {
    name: 'trino.heap',
    value: heapGbOf(target),
    unit: 'GB',
    because: `${heapPercent} % of a machine's memory${topology === 'small' ? '; other services share the machine' : ''}`,
    inputs: [given('memory of a machine', sizing.machine.memoryGb, 'GB', 'target.sizing.machine.memoryGb')],
    confidence: 'high',
    override: 'target.sizing.machine.memoryGb',
  };
  const workers = workerFigure('trino.workers', 'trinoWorkers', target, tables, heap.value);
  const batchWorkers = workerFigure('trino.batchWorkers', 'batchWorkers', target, tables, heap.value);
  const perNode = perNodeFigure(sizing, heap.value);
  const queryMemory = (name: string, { value }: SizeFigure): SizeFigure => ({
    name,
    value: perNode.value * Math.max(1, value),
    unit: 'GB',
    because: 'memory of a query on one node × working nodes',
    inputs: [],
    confidence: perNode.confidence,
    override: 'target.sizing.queryMemoryPerNodeGb',
  });
  const memory = queryMemory('trino.queryMemory', workers);
  const batchMemory = queryMemory('trino.batchQueryMemory', batchWorkers);
  const queries = queriesFigure(target, workers.value);
  const runners = runnersFigure(target, tables);
  const dataVolume = dataVolumeFigure(sizing, tables);
  const spillVolume = spillFigure(sizing, heap.value);
  const isHa = topology === 'ha';
  return {
    workers: workers.value,
    batchWorkers: isHa ? batchWorkers.value : 0,
    runners: runners.value,
    heapPercent,
    queryMemoryGb: memory.value,
    batchQueryMemoryGb: batchMemory.value,
    concurrentQueries: queries.value,
    dataVolumeGb: dataVolume.value,
    spillVolumeGb: spillVolume.value,
    figures: [
      workers,
      ...(isHa ? [batchWorkers] : []),
      heap,
      coordinatorFigure(heap),
      perNode,
      memory,
      ...(isHa ? [batchMemory] : []),
      queries,
      ...(topology === 'small' ? [] : [spillVolume]),
      dataVolume,
      runners,
    ],
  };
}

function heapPercentOf({ topology }: Target): number {
  return topology === 'small' ? 50 : 75;
}

function heapGbOf(target: Target): number {
  return Math.floor((target.sizing.machine.memoryGb * heapPercentOf(target)) / 100);
}

/** Trino does not start with more: it reserves 30 % of the heap for memory that it does not track. */
export function mostQueryMemoryPerNodeGb(target: Target): number {
  return Math.floor(heapGbOf(target) * heapShareForQueries);
}

function decided(name: string, value: number, unit: string, override: string): SizeFigure {
  return { name, value, unit, because: 'set in the mapping', inputs: [], confidence: 'high', override };
}

function given(name: string, value: number | null, unit: string, key: string): SizeInput {
  return {
    name,
    value,
    unit,
    source: value === null ? `not set; ${key}` : key,
    confidence: value === null ? 'none' : 'high',
  };
}

/** Source: FACTS of the target topologies: processors at 60 %, memory of the largest queries in 70 % of all heaps. */
function workerFigure(
  name: string,
  key: 'trinoWorkers' | 'batchWorkers',
  { sizing, topology }: Target,
  tables: readonly MappedTable[],
  heapGb: number,
): SizeFigure {
  const override = `target.sizing.${key}`;
  const unit = 'machines';
  if (topology === 'small') {
    const because = 'topology small: the coordinator is the only node';
    return { name, value: 0, unit, because, inputs: [], confidence: 'high', override: 'target.topology' };
  }
  const wanted = sizing[key];
  if (wanted !== 'auto') return decided(name, wanted, unit, override);
  const { vcpus } = sizing.machine;
  const { peakCpus, queryMemoryGb } = sizing.load;
  const memory =
    queryMemoryGb === null
      ? memoryOfTables(tables)
      : given('memory of concurrent queries', queryMemoryGb, 'GB', 'target.sizing.load.queryMemoryGb');
  const forCpus = (peakCpus ?? 0) / (cpuShare * vcpus);
  const forMemory = (memory.value ?? 0) / (heapShareForQueries * heapGb);
  return {
    name,
    value: Math.max(leastWorkers, Math.ceil(Math.max(forCpus, forMemory))),
    unit,
    because: `max(${leastWorkers}, peak CPUs ÷ (${cpuShare} × ${vcpus} vCPU), memory of queries ÷ (${heapShareForQueries} × ${heapGb} GB heap))`,
    inputs: [given('peak CPUs', peakCpus, 'vCPU', 'target.sizing.load.peakCpus'), memory],
    confidence: peakCpus !== null && queryMemoryGb !== null ? 'high' : 'low',
    override,
  };
}

/** The catalog holds sizes but no queries, so this is an estimate. Unknown sizes count as zero. */
function memoryOfTables(tables: readonly MappedTable[]): SizeInput {
  const sizes = tables.flatMap(({ source }) => source.size.value ?? []).sort((a, b) => b - a);
  const bytes = sizes.slice(0, largestTables).reduce((sum, size) => sum + size, 0) * shareInMemory;
  return {
    name: 'memory of concurrent queries',
    value: round(bytes / bytesPerGb),
    unit: 'GB',
    source: `assessment: ${shareInMemory * 100} % of each of the ${largestTables} largest of ${sizes.length} tables whose size is known (${tables.length} in all)`,
    confidence: 'low',
  };
}

function perNodeFigure({ queryMemoryPerNodeGb }: Target['sizing'], heapGb: number): SizeFigure {
  const name = 'trino.queryMemoryPerNode';
  const override = 'target.sizing.queryMemoryPerNodeGb';
  if (queryMemoryPerNodeGb !== 'auto') return decided(name, queryMemoryPerNodeGb, 'GB', override);
  return {
    name,
    value: Math.floor(heapGb * heapShareOfOneQuery),
    unit: 'GB',
    because: `Trino's own default, ${heapShareOfOneQuery} of the heap`,
    inputs: [],
    confidence: 'high',
    override,
  };
}

function coordinatorFigure({ value, inputs }: SizeFigure): SizeFigure {
  return {
    name: 'trino.coordinatorHeap',
    value,
    unit: 'GB',
    because: 'the coordinator has the flavor of a worker; in a large cluster it needs at least 32 GB',
    inputs,
    confidence: 'medium',
    override: 'target.flavors.trino',
  };
}

function queriesFigure({ sizing, topology }: Target, workers: number): SizeFigure {
  const name = 'trino.concurrentQueries';
  const override = 'target.sizing.concurrentQueries';
  if (sizing.concurrentQueries !== 'auto') return decided(name, sizing.concurrentQueries, 'queries', override);
  return {
    name,
    value: topology === 'small' ? 5 : Math.max(10, 4 * workers),
    unit: 'queries',
    because: topology === 'small' ? 'topology small: 5' : 'max(10, 4 × workers); further queries are queued',
    inputs: [],
    confidence: 'low',
    override,
  };
}

function spillFigure({ spillVolumeGb }: Target['sizing'], heapGb: number): SizeFigure {
  const name = 'volume.spill';
  const override = 'target.sizing.spillVolumeGb';
  if (spillVolumeGb !== 'auto') return decided(name, spillVolumeGb, 'GB', override);
  const because = 'twice the heap of a worker; it holds what queries spill to disk, and is deleted with the worker';
  return { name, value: 2 * heapGb, unit: 'GB', because, inputs: [], confidence: 'medium', override };
}

function dataVolumeFigure({ dataVolumeGb }: Target['sizing'], tables: readonly MappedTable[]): SizeFigure {
  const name = 'volume.database';
  const override = 'target.sizing.dataVolumeGb';
  if (dataVolumeGb !== 'auto') return decided(name, dataVolumeGb, 'GB', override);
  const partitions = tables.reduce((sum, { source }) => sum + (source.partitions.count ?? 0), 0);
  const { base, table, partition, growth } = databaseBytes;
  const bytes = (base + table * tables.length + partition * partitions) * growth;
  return {
    name,
    value: Math.max(leastDataVolumeGb, Math.ceil(bytes / bytesPerGb)),
    unit: 'GB',
    because: `max(${leastDataVolumeGb}, ${growth} × (10 GB + 50 kB per table + 5 kB per partition))`,
    inputs: [
      { name: 'tables', value: tables.length, unit: '', source: 'assessment', confidence: 'high' },
      { name: 'partitions', value: partitions, unit: '', source: 'assessment', confidence: 'medium' },
    ],
    confidence: 'medium',
    override,
  };
}

function runnersFigure({ sizing: { runners }, topology }: Target, tables: readonly MappedTable[]): SizeFigure {
  const name = 'runners';
  const override = 'target.sizing.runners';
  if (topology === 'small') {
    const because = 'topology small: one, on the same machine';
    return { name, value: 1, unit: 'machines', because, inputs: [], confidence: 'high', override: 'target.topology' };
  }
  if (runners !== 'auto') return decided(name, runners, 'machines', override);
  const bytes = tables.reduce((sum, { source }) => sum + (source.size.value ?? 0), 0);
  const unknown = tables.filter(({ source }) => source.size.value === null).length;
  return {
    name,
    value: Math.min(mostRunners, Math.max(1, Math.ceil(bytes / runnerBytesAWeek))),
    unit: 'machines',
    because: `all data in a week at 100 MB/s per runner, 1 to ${mostRunners}`,
    inputs: [
      {
        name: 'data to copy',
        value: round(bytes / bytesPerGb),
        unit: 'GB',
        source: `assessment; the size of ${unknown} of ${tables.length} tables is unknown`,
        confidence: unknown === 0 ? 'medium' : 'low',
      },
    ],
    confidence: unknown === 0 ? 'medium' : 'low',
    override,
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
