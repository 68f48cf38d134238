import type { PartitionValues } from '../sql/partition-filter.js';
import type { DetectionPower } from './check-result.js';

/** Which rows are compared in full: of each partition one in so many, a power of 2. Both sides choose the same. */
export interface SamplePlan {
  /** Chosen are the rows whose hash, XOR this number, ends in as many zeros as `oneIn` has. 0 to 2^30 - 1. */
  readonly offset: number;
  /** Of the partitions that `strata` do not name. */
  readonly oneIn: number;
  readonly strata: readonly Stratum[];
  /** Every partition, those of `oneIn` included. */
  readonly shares: readonly SampleShare[];
  /** Partitions that are too many to be named, so that the sample may have none of their rows. */
  readonly undersampled: number;
}

/** Partitions of about the same size. */
export interface Stratum {
  readonly oneIn: number;
  readonly partitions: readonly PartitionValues[];
}

/** How many partitions and rows are sampled one in so many. */
export interface SampleShare {
  readonly oneIn: number;
  readonly partitions: number;
  readonly rows: bigint;
}

export interface SampledPartition {
  readonly values: PartitionValues;
  /** Of the side that has more. */
  readonly rows: bigint;
}

interface Group {
  readonly oneIn: number;
  readonly partitions: readonly SampledPartition[];
}

/** Rows of each partition, on average, however small it is. With 5, one partition in 150 is missed. */
const fewestRows = 5;
/** Rows that the smallest shares of all partitions come to; tables of more partitions get smaller shares. */
const mostRows = 20_000;
/** The partitions that the query names because they are sampled differently. Athena takes 262,144 bytes of a query. */
const mostNamed = { partitions: 2_000, characters: 60_000 };

/**
 * About `wanted` rows in all, in proportion, and at least about 5 of each partition. Most partitions of a table have about
 * the same size, and so one share, which the query need not name.
 */
export function planSample(partitions: readonly SampledPartition[], wanted: number, runHash: string): SamplePlan {
  const offset = Number(BigInt(`0x${runHash.slice(0, 12)}`) % 2n ** 30n);
  const usual = oneInFor(totalOf(partitions), wanted);
  const fewest = Math.min(fewestRows, Math.floor(mostRows / Math.max(1, partitions.length)));
  const byShare = Map.groupBy(partitions, ({ rows }) => Math.min(usual, oneInFor(rows, fewest)));
  const groups = [...byShare].map(([oneIn, own]): Group => ({ oneIn, partitions: own }));
  groups.sort((a, b) => a.oneIn - b.oneIn);
  const none: Group = { oneIn: usual, partitions: [] };
  const common = groups.reduce((most, each) => (each.partitions.length > most.partitions.length ? each : most), none);
  const others = groups.filter(({ oneIn }) => oneIn !== common.oneIn);
  if (canBeNamed(others.flatMap((each) => each.partitions)))
    return { offset, oneIn: common.oneIn, strata: others.map(stratumOf), shares: groups.map(shareOf), undersampled: 0 };
  return withSmallestNamed(groups, usual, offset);
}

/** The smallest partitions keep their shares; those that are not named get that of the table. */
function withSmallestNamed(groups: readonly Group[], usual: number, offset: number): SamplePlan {
  const all = groups.flatMap(({ oneIn, partitions }) => partitions.map((partition) => ({ oneIn, partition })));
  let [count, characters] = [0, 0];
  const named = all.filter(({ oneIn, partition }) => {
    characters += charactersOf(partition);
    const fits = oneIn < usual && count < mostNamed.partitions && characters <= mostNamed.characters;
    if (fits) count += 1;
    return fits;
  });
  const kept = new Set(named.map(({ partition }) => partition));
  const rest = all.filter(({ partition }) => !kept.has(partition));
  const small = groups
    .map(({ oneIn, partitions }): Group => ({ oneIn, partitions: partitions.filter((each) => kept.has(each)) }))
    .filter(({ partitions }) => partitions.length > 0);
  const large: Group = { oneIn: usual, partitions: rest.map(({ partition }) => partition) };
  const undersampled = rest.filter(({ oneIn }) => oneIn < usual).length;
  return { offset, oneIn: usual, strata: small.map(stratumOf), shares: [...small, large].map(shareOf), undersampled };
}

function stratumOf({ oneIn, partitions }: Group): Stratum {
  return { oneIn, partitions: partitions.map(({ values }) => values) };
}

function shareOf({ oneIn, partitions }: Group): SampleShare {
  return { oneIn, partitions: partitions.length, rows: totalOf(partitions) };
}

function totalOf(partitions: readonly SampledPartition[]): bigint {
  return partitions.reduce((sum, { rows }) => sum + rows, 0n);
}

function canBeNamed(partitions: readonly SampledPartition[]): boolean {
  const characters = partitions.reduce((sum, partition) => sum + charactersOf(partition), 0);
  return partitions.length <= mostNamed.partitions && characters <= mostNamed.characters;
}

/** As the query writes them, with quotes and lengths. */
function charactersOf({ values }: SampledPartition): number {
  return values.reduce((sum, value) => sum + (value?.length ?? 0) + 6, 4);
}

/** The largest power of 2 that leaves `wanted` of the rows; 1 where there are not twice as many. */
function oneInFor(rows: bigint, wanted: number): number {
  let oneIn = 1;
  while (BigInt(oneIn) * BigInt(wanted) * 2n <= rows && oneIn < 2 ** 30) oneIn *= 2;
  return oneIn;
}

/** Of damaged rows anywhere in the table. */
export function powerInAll(shares: readonly SampleShare[]): readonly DetectionPower[] {
  const rows = shares.reduce((sum, share) => sum + Number(share.rows), 0);
  if (rows === 0) return detectionPower(1);
  return detectionPower(shares.reduce((sum, { oneIn, rows: own }) => sum + Number(own) / rows / oneIn, 0));
}

/**
 * `chosen` is the share of the rows, 0 to 1. All chosen rows are undamaged with (1 - chosen)^k, if k are lost or extra; each
 * changed row has two chances.
 */
export function detectionPower(chosen: number): readonly DetectionPower[] {
  const missed = 1 - chosen;
  return [1, 10, 100, 1_000, 10_000].map((damagedRows) => ({
    damagedRows,
    lost: 1 - missed ** damagedRows,
    changed: 1 - missed ** (2 * damagedRows),
  }));
}
