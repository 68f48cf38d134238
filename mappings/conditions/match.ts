import type { Condition, Range } from '../template.js';
import type { Asset, TableAsset } from './asset.js';
import { compileGlobs } from '../../core/glob.js';
import { parseS3Location } from '../../core/s3-location.js';

/** One key of a condition, ready to be tried. */
export interface Check {
  /** As in the template, such as `format: PARQUET, ORC`. */
  readonly wanted: string;
  readonly holds: (asset: Asset) => boolean;
  /** The asset's own value, for people. */
  readonly found: (asset: Asset) => string;
}

/** A condition holds when all of its checks do. */
export function compileCondition(condition: Condition): readonly Check[] {
  return Object.entries(condition).map(([key, value]) => checkOf(key as keyof Condition, value as never, condition));
}

export function holdsAll(checks: readonly Check[], asset: Asset): boolean {
  for (const check of checks) if (!check.holds(asset)) return false;
  return true;
}

function checkOf(key: keyof Condition, value: never, condition: Condition): Check {
  switch (key) {
    case 'kind':
    case 'service':
    case 'format':
    case 'readiness':
      return oneOf(key, condition[key] ?? [], words[key]);
    case 'database':
    case 'table':
    case 'bucket':
    case 'location':
    case 'tableType':
    case 'serde':
      return globs(key, condition[key] ?? [], texts[key]);
    case 'traits':
      return anyItem(
        key,
        condition.traits ?? [],
        (asset) => (asset.kind === 'table' ? asset.source.traits : []),
        (wanted) => {
          const traits = new Set<string>(wanted);
          return (trait) => traits.has(trait);
        },
      );
    case 'partitionKeys':
      return anyItem(
        key,
        condition.partitionKeys ?? [],
        (asset) => (asset.kind === 'table' ? asset.source.partitionKeys.map(({ name }) => name) : []),
        compileGlobs,
      );
    case 'isLink':
      return exactly(key, value, (asset) => (asset.kind === 'bucket' ? null : asset.source.link !== null));
    case 'sizeGb':
    case 'rows':
    case 'partitions':
    case 'columns':
      return range(key, value, numbers[key]);
    case 'lastUpdated':
      return dates(condition.lastUpdated ?? {});
    case 'parameters':
    case 'tags':
      return globsByKey(key, condition[key] ?? {});
    case 'not':
      return negation(condition.not ?? {});
    case 'any':
      return alternatives(condition.any ?? []);
    case 'all':
      return conjunction(condition.all ?? []);
  }
}

const ofTable =
  <T>(read: (table: TableAsset) => T | null) =>
  (asset: Asset): T | null =>
    asset.kind === 'table' ? read(asset) : null;

const words = {
  kind: (asset: Asset): string | null => asset.kind,
  service: (asset: Asset): string | null => (asset.kind === 'bucket' ? 's3' : 'glue'),
  format: ofTable<string>(({ source }) => source.format),
  readiness: ofTable<string>(({ source }) => source.readiness),
};

const texts = {
  database: (asset: Asset): string | null =>
    asset.kind === 'table' ? asset.source.database : asset.kind === 'database' ? asset.source.name : null,
  table: ofTable<string>(({ source }) => source.name),
  bucket: (asset: Asset): string | null => parseS3Location(texts.location(asset))?.bucket ?? null,
  location: (asset: Asset): string | null =>
    asset.kind === 'bucket'
      ? `s3://${asset.bucket}`
      : asset.kind === 'database'
        ? asset.source.locationUri
        : asset.source.location,
  tableType: ofTable<string>(({ source }) => source.tableType),
  serde: ofTable<string>(({ source }) => source.serde?.library ?? null),
};

const bytesPerGb = 1e9;

const numbers = {
  sizeGb: ofTable<number>(({ source: { size } }) => (size.value === null ? null : size.value / bytesPerGb)),
  rows: ofTable<number>(({ source }) => source.rows.value),
  partitions: ofTable<number>(({ source }) => source.partitions.count),
  columns: ofTable<number>(({ source }) => source.columns.length),
};

function oneOf(key: string, wanted: readonly string[], read: (asset: Asset) => string | null): Check {
  const set = new Set<string | null>(wanted);
  return {
    wanted: `${key}: ${wanted.join(', ')}`,
    holds: (asset) => set.has(read(asset)),
    found: (asset) => `${key} is ${read(asset) ?? 'not applicable'}`,
  };
}

function globs(key: string, wanted: readonly string[], read: (asset: Asset) => string | null): Check {
  const matches = compileGlobs(wanted);
  return {
    wanted: `${key}: ${wanted.join(', ')}`,
    holds: (asset) => {
      const text = read(asset);
      return text !== null && matches(text);
    },
    found: (asset) => `${key} is ${read(asset) ?? 'not set'}`,
  };
}

function anyItem(
  key: string,
  wanted: readonly string[],
  read: (asset: Asset) => readonly string[],
  compile: (wanted: readonly string[]) => (item: string) => boolean,
): Check {
  const matches = compile(wanted);
  return {
    wanted: `${key}: ${wanted.join(', ')}`,
    holds: (asset) => read(asset).some(matches),
    found: (asset) => `${key}: ${read(asset).join(', ') || 'none'}`,
  };
}

function exactly(key: string, wanted: boolean, read: (asset: Asset) => boolean | null): Check {
  return {
    wanted: `${key}: ${wanted}`,
    holds: (asset) => read(asset) === wanted,
    found: (asset) => `${key} is ${String(read(asset) ?? 'not applicable')}`,
  };
}

function range(key: string, wanted: Range | 'unknown', read: (asset: Asset) => number | null): Check {
  const found = (asset: Asset): string => `${key} is ${read(asset) ?? 'unknown'}`;
  if (wanted === 'unknown')
    return { wanted: `${key}: unknown`, holds: (asset) => asset.kind === 'table' && read(asset) === null, found };
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = wanted;
  return {
    wanted: `${key}: ${describeBounds(wanted)}`,
    holds: (asset) => {
      const value = read(asset);
      return value !== null && value > gt && value >= gte && value < lt && value <= lte;
    },
    found,
  };
}

function dates(wanted: NonNullable<Condition['lastUpdated']>): Check {
  const before = wanted.before === undefined ? Infinity : Date.parse(wanted.before);
  const after = wanted.after === undefined ? -Infinity : Date.parse(wanted.after);
  const read = ofTable<string>(({ source }) => source.lastUpdated);
  return {
    wanted: `lastUpdated: ${describeBounds(wanted)}`,
    holds: (asset) => {
      const text = read(asset);
      const instant = text === null ? NaN : Date.parse(text);
      return instant > after && instant < before;
    },
    found: (asset) => `lastUpdated is ${read(asset) ?? 'unknown'}`,
  };
}

function globsByKey(key: 'parameters' | 'tags', wanted: Readonly<Record<string, string>>): Check {
  const tests = Object.entries(wanted).map(([name, glob]) => ({ name, matches: compileGlobs([glob]) }));
  const read = (asset: Asset): Readonly<Record<string, string>> => {
    if (asset.kind === 'bucket') return {};
    if (key === 'parameters') return asset.source.parameters;
    return (asset.kind === 'table' ? asset.database?.tags : asset.source.tags) ?? {};
  };
  return {
    wanted: `${key}: ${describeBounds(wanted)}`,
    holds: (asset) => {
      const values = read(asset);
      return tests.every(({ name, matches }) => Object.hasOwn(values, name) && matches(values[name] ?? ''));
    },
    found: (asset) =>
      `${key}: ${tests.map(({ name }) => `${name} ${Object.hasOwn(read(asset), name) ? `is ${read(asset)[name] ?? ''}` : 'is missing'}`).join(', ')}`,
  };
}

function negation(inner: Condition): Check {
  const checks = compileCondition(inner);
  return {
    wanted: `not (${describeChecks(checks)})`,
    holds: (asset) => !holdsAll(checks, asset),
    found: () => 'all of these hold',
  };
}

function alternatives(branches: readonly Condition[]): Check {
  const compiled = branches.map(compileCondition);
  return {
    wanted: `any of ${compiled.map((checks) => `(${describeChecks(checks)})`).join(' or ')}`,
    holds: (asset) => compiled.some((checks) => holdsAll(checks, asset)),
    found: () => 'none of these holds',
  };
}

function conjunction(branches: readonly Condition[]): Check {
  const checks = branches.flatMap(compileCondition);
  return {
    wanted: describeChecks(checks),
    holds: (asset) => holdsAll(checks, asset),
    found: (asset) => checks.find(({ holds }) => !holds(asset))?.found(asset) ?? '',
  };
}

function describeChecks(checks: readonly Check[]): string {
  return checks.map(({ wanted }) => wanted).join('; ');
}

function describeBounds(bounds: object): string {
  return Object.entries(bounds)
    .map(([bound, value]) => `${bound} ${String(value)}`)
    .join(', ');
}
