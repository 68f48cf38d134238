import type { HivePrimitive, HiveType } from './hive-type.js';

/** Of tables and schemas, in code points, as PostgreSQL counts them. Seen with Hive Metastore 3.1.3. */
export const longestHiveName = 128;

/** Whether a folder of the location has no name (`s3://b/a//t`): Trino's Hive connector cannot open it. Seen with Trino 476. */
export function hasEmptyFolder(location: string): boolean {
  return location.replace(/^[^:]+:\/\//, '').includes('//');
}

/** Source: Trino 476, HiveTypeTranslator: 'Unsupported Hive type'. */
const notInHive: ReadonlySet<HivePrimitive> = new Set([
  'time',
  'timestamp with local time zone',
  'timestamp with time zone',
  'uuid',
]);

/**
 * Why a Hive table in Trino cannot have a column of this type, as a predicate: Hive's type syntax cannot express it, or
 * Hive's tables cannot hold it. `null` when it can. Seen with Trino 476.
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
          return `has a field '${name}'; Hive allows only letters, digits, '_', '.', '$' and blanks in field names`;
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

/**
 * Whether a partition key can have this type. Trino does not read timestamps from folder names when it is configured for
 * microseconds, as it is here. Seen with Trino 476.
 */
export function isPartitionType(type: HiveType): boolean {
  if (type.kind === 'primitive') return type.name !== 'binary' && type.name !== 'timestamp';
  return type.kind !== 'array' && type.kind !== 'map' && type.kind !== 'struct';
}

interface Named {
  readonly name: string;
}

/** Why columns and partition keys cannot have these names beside one another; empty when they can. Hive and Trino fold case. */
export function columnNameRefusals(columns: readonly Named[], partitionKeys: readonly Named[]): readonly string[] {
  if (columns.length === 0) return ['Glue lists no columns for it'];
  const names = new Set<string>();
  for (const { name } of columns) names.add(name.toLowerCase());
  for (const { name } of partitionKeys) names.add(name.toLowerCase());
  if (names.has('')) return ['one of its columns has no name'];
  if (names.size === columns.length + partitionKeys.length) return [];
  const groups = [...Map.groupBy([...columns, ...partitionKeys], ({ name }) => name.toLowerCase()).values()];
  return groups
    .filter((group) => group.length > 1)
    .map((group) => {
      const alike = [...new Set(group.map(({ name }) => `'${name}'`))];
      return alike.length === 1
        ? `its column ${alike.join('')} is listed twice, counting its partition keys`
        : `its columns ${alike.join(' and ')} have the same name once case is ignored`;
    });
}
