import type { Estimate } from '../assessment.js';

type Parameters = Readonly<Record<string, string>>;
type Source = Pick<Estimate, 'source' | 'confidence'>;

const unknownEstimate: Estimate = { value: null, source: 'none', confidence: 'none' };

/** In the order in which they are trusted. Sources: Hive `StatsSetupConst`, Spark `HiveExternalCatalog`, Glue crawler parameters. */
const sizeKeys: readonly (readonly [string, Source])[] = [
  ['totalSize', { source: 'table-parameters', confidence: 'high' }],
  ['spark.sql.statistics.totalSize', { source: 'table-parameters', confidence: 'medium' }],
  ['sizeKey', { source: 'crawler', confidence: 'medium' }],
];

const rowKeys: readonly (readonly [string, Source])[] = [
  ['numRows', { source: 'table-parameters', confidence: 'high' }],
  ['spark.sql.statistics.numRows', { source: 'table-parameters', confidence: 'medium' }],
  ['recordCount', { source: 'crawler', confidence: 'medium' }],
];

/** Bytes. `rawDataSize` is the size before compression, the crawler's product an average: both are last resorts. */
export function estimateSize(parameters: Parameters): Estimate {
  const stated = firstKnown(parameters, sizeKeys);
  if (stated !== undefined) return stated;
  const records = statistic(parameters, 'recordCount');
  const average = statistic(parameters, 'averageRecordSize');
  if (records !== null && average !== null && Number.isSafeInteger(records * average)) {
    return { value: records * average, source: 'crawler', confidence: 'low' };
  }
  return (
    firstKnown(parameters, [['rawDataSize', { source: 'table-parameters', confidence: 'low' }]]) ?? unknownEstimate
  );
}

export function estimateRows(parameters: Parameters): Estimate {
  return firstKnown(parameters, rowKeys) ?? unknownEstimate;
}

function firstKnown(parameters: Parameters, keys: readonly (readonly [string, Source])[]): Estimate | undefined {
  for (const [key, source] of keys) {
    const value = statistic(parameters, key);
    if (value !== null) return { value, ...source };
  }
  return undefined;
}

/**
 * Writers store 0 or -1 where no statistics were gathered. A zero counts only where Hive declares its basic statistics
 * accurate.
 */
function statistic(parameters: Parameters, key: string): number | null {
  const text = parameters[key]?.trim() ?? '';
  if (!/^\d{1,16}$/.test(text)) return null;
  const value = Number(text);
  if (!Number.isSafeInteger(value)) return null;
  return value > 0 || /"BASIC_STATS"\s*:\s*"true"/i.test(parameters['COLUMN_STATS_ACCURATE'] ?? '') ? value : null;
}

const confidences = ['low', 'medium', 'high'] as const;

/** Adds up the partitions' own figures. Known only if every partition has one; the lowest confidence is that of the sum. */
export class PartitionEstimate {
  private sum = 0;
  private count = 0;
  private confidence = confidences.length - 1;
  private known = true;

  add(estimate: Estimate): void {
    this.count += 1;
    if (estimate.value === null || estimate.confidence === 'none') {
      this.known = false;
      return;
    }
    this.sum += estimate.value;
    this.confidence = Math.min(this.confidence, confidences.indexOf(estimate.confidence));
  }

  /** `undefined` when it is not known. */
  total(): Estimate | undefined {
    if (!this.known || this.count === 0 || !Number.isSafeInteger(this.sum)) return undefined;
    return { value: this.sum, source: 'partition-parameters', confidence: confidences[this.confidence] ?? 'low' };
  }
}
