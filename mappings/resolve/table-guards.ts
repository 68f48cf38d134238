import type { AssessedTable, Trait } from '../../assessments/index.js';
import { trinoTypeOf } from '../../core/hive-type.js';
import { isSingleQuery } from '../../core/relation-names.js';
import type { Result } from '../../core/result.js';
import { locationsOf, parseS3Location } from '../conditions/index.js';

/** Why a table cannot be served although a rule maps it; `null` when nothing stands in the way. */
export type Guard = (table: AssessedTable) => string | null;

export function firstReason(guards: readonly Guard[], table: AssessedTable): string | null {
  for (const guard of guards) {
    const reason = guard(table);
    if (reason !== null) return reason;
  }
  return null;
}

const unreadableSerDes: Partial<Record<Trait, string>> = {
  'ion-serde': 'Amazon Ion',
  'grok-serde': 'Grok patterns',
  'custom-serde': 'its own format',
};

/** Guards for files that an external table of this Hive Metastore is laid over. */
export function fileGuards(hiveMetastore: string): readonly Guard[] {
  const readType = memoized(trinoTypeOf);
  return [
    hasReadableFormat,
    hasReadableSerDe,
    liesOnS3,
    hasColumns,
    hasDistinctColumns,
    hasPlainPartitionKeys,
    hasPlainDelimiters,
    hasKnownBuckets,
    (table) => hasKnownTypes(table, readType),
    hasKnownPartitions,
    ...(Number.parseInt(hiveMetastore) >= 4 ? [(table: AssessedTable) => liesInFolder(table, hiveMetastore)] : []),
  ];
}

export const icebergGuards: readonly Guard[] = [hasMetadata, liesOnS3, holdsItsMetadata];

export const linkGuards: readonly Guard[] = [isResolved];

export const viewGuards: readonly Guard[] = [isOfTrino, isDecoded];

function hasMetadata({ iceberg }: AssessedTable): string | null {
  const metadata = iceberg?.metadataLocation ?? null;
  return metadata === null
    ? 'Glue does not name its metadata_location, without which no catalog can register it'
    : null;
}

function holdsItsMetadata({ iceberg, location }: AssessedTable): string | null {
  const metadata = iceberg?.metadataLocation ?? '';
  const folder = (location ?? '').replace(/\/+$/, '');
  const inside = metadata.startsWith(`${folder}/`) && /^(metadata\/)?[^/]+$/.test(metadata.slice(folder.length + 1));
  return inside ? null : `its metadata ${metadata} lies outside its location ${location ?? ''}`;
}

function isResolved({ link }: AssessedTable): string | null {
  if (link?.state === 'resolved') return null;
  return `its resource link is ${link?.state ?? 'missing'}: it leads to no table of this catalog`;
}

function isOfTrino({ view }: AssessedTable): string | null {
  if (view?.dialect === 'presto') return null;
  return `its SQL is of the ${view?.dialect ?? 'unknown'} dialect, which Trino does not read`;
}

function isDecoded({ view }: AssessedTable): string | null {
  const sql = view?.sql ?? null;
  if (sql === null) return 'its SQL cannot be decoded from the catalog';
  return isSingleQuery(sql) ? null : 'its SQL is not one query';
}

function hasReadableFormat({ format, formatEvidence }: AssessedTable): string | null {
  if (format === 'DELTA' || format === 'HUDI')
    return `a Hive external table over a ${format === 'DELTA' ? 'Delta Lake' : 'Hudi'} table shows deleted and duplicate rows`;
  return format === 'UNKNOWN' ? `its format was not recognised (${formatEvidence})` : null;
}

function hasReadableSerDe({ traits, serde }: AssessedTable): string | null {
  const trait = traits.find((candidate) => unreadableSerDes[candidate] !== undefined);
  return trait === undefined
    ? null
    : `its SerDe ${serde?.library ?? ''} reads ${unreadableSerDes[trait] ?? ''}, which Trino does not`;
}

function liesOnS3(table: AssessedTable): string | null {
  const [location] = locationsOf(table);
  if (location === undefined) return 'it has no location';
  return locationsOf(table).every((uri) => parseS3Location(uri) !== undefined)
    ? null
    : `its location ${location} is not on S3`;
}

function hasColumns({ columns }: AssessedTable): string | null {
  return columns.length === 0 ? 'the catalog names no columns' : null;
}

function hasDistinctColumns({ columns, partitionKeys }: AssessedTable): string | null {
  const names = [...columns, ...partitionKeys].map(({ name }) => name.toLowerCase());
  if (names.includes('')) return 'one of its columns has no name';
  return new Set(names).size < names.length ? 'two of its columns have the same name once case is ignored' : null;
}

function hasPlainPartitionKeys({ partitionKeys }: AssessedTable): string | null {
  const nested = partitionKeys.find(({ type }) => /^\s*(array|map|struct)\b/i.test(type));
  return nested === undefined
    ? null
    : `its partition key '${nested.name}' is of the type ${nested.type}, which cannot be one`;
}

function hasPlainDelimiters({ serde }: AssessedTable): string | null {
  const separator = serde?.parameters['separatorChar'] ?? ',';
  const isOne = separator.replace(/^\\/, '').length === 1;
  return isOne ? null : `its fields are divided by '${separator}'; Trino allows one character`;
}

function hasKnownBuckets({ serde, columns }: AssessedTable): string | null {
  const names = new Set(columns.map(({ name }) => name.toLowerCase()));
  const unknown = serde?.bucketColumns.find((name) => !names.has(name.toLowerCase()));
  return unknown === undefined ? null : `it is bucketed by '${unknown}', which is no column of it`;
}

function hasKnownTypes(
  { columns, partitionKeys }: AssessedTable,
  readType: (text: string) => Result<string, string>,
): string | null {
  for (const { name, type } of [...columns, ...partitionKeys]) {
    const read = readType(type);
    if (!read.ok) return `its column '${name}': ${read.error}`;
  }
  return null;
}

function hasKnownPartitions({ partitions }: AssessedTable): string | null {
  return partitions.count === null
    ? 'its partitions could not be read; grant glue:GetPartitions and assess again'
    : null;
}

/** Source: Hive 4.0, HMSHandler, 'location must not be root path'. */
function liesInFolder({ location }: AssessedTable, hiveMetastore: string): string | null {
  const isWholeBucket = parseS3Location(location)?.key.replaceAll('/', '') === '';
  return isWholeBucket
    ? `it is a whole bucket, ${location ?? ''}, which Hive Metastore ${hiveMetastore} refuses; move its files into a folder, or set target.versions.hiveMetastore: 3.1.3`
    : null;
}

function memoized<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const hit = known.get(text);
    if (hit !== undefined) return hit;
    const value = read(text);
    known.set(text, value);
    return value;
  };
}
