import type { HivePrimitive, HiveType } from '../core/hive-type.js';
import { parseS3Location } from '../core/s3-location.js';

/** Source: Trino 476, HiveTypeTranslator: 'Unsupported Hive type'. */
const notInHive: ReadonlySet<HivePrimitive> = new Set([
  'time',
  'timestamp with local time zone',
  'timestamp with time zone',
  'uuid',
]);

/** Why a place cannot hold a Hive table; `null` when it can. `hiveMetastore` is a version. */
export function placeRefusal(location: string, hiveMetastore: string): string | null {
  const key = parseS3Location(location)?.key ?? '';
  // Source: Hive 4.0, HMSHandler, 'location must not be root path'.
  if (key.replaceAll('/', '') === '' && Number.parseInt(hiveMetastore) >= 4) {
    return `it is a whole bucket, ${location}, which Hive Metastore ${hiveMetastore} refuses; move its files into a folder, or set target.versions.hiveMetastore: 3.1.3`;
  }
  return `/${key}`.includes('//')
    ? `its location '${location}' has an empty folder name ('//'), which Trino's Hive connector cannot open`
    : null;
}

/**
 * Why a Hive table in Trino cannot have a column of this type, as a predicate: Hive's own text of the type could not carry
 * it, or its tables not hold it. `null` when it can. Seen with Trino 476.
 */
export function refusedInHive(type: HiveType): string | null {
  switch (type.kind) {
    case 'array':
      return refusedInHive(type.element);
    case 'map':
      return refusedInHive(type.key) ?? refusedInHive(type.value);
    case 'struct':
      for (const { name, type: inner } of type.fields) {
        if (!/^[\p{L}\p{Nd}_.$ ]+$/u.test(name)) {
          return `has a field '${name}': Hive's types allow letters, digits, '_', '.', '$' and blanks in it`;
        }
        const refused = refusedInHive(inner);
        if (refused !== null) return refused;
      }
      return null;
    case 'primitive':
      return notInHive.has(type.name) ? `has the type ${type.name}, which Trino's Hive tables cannot hold` : null;
    case 'decimal':
    case 'char':
    case 'varchar':
      return null;
  }
}

/** Whether a partition key can have it. Timestamps are no longer read from folder names once Trino reads them to the microsecond, as ours does. */
export function isPartitionType(type: HiveType): boolean {
  if (type.kind === 'primitive') return type.name !== 'binary' && type.name !== 'timestamp';
  return type.kind !== 'array' && type.kind !== 'map' && type.kind !== 'struct';
}
