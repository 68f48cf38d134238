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
        // Hive looks at UTF-16 units one by one: letters beyond U+FFFF are none.
        if (!/^[\p{L}\p{Nd}_.$ ]+$/u.test(name) || /[\u{10000}-\u{10FFFF}]/u.test(name)) {
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

/** In code points. Seen with Hive Metastore 3.1.3, which retries a longer one until Trino gives up. */
const longestColumnName = 767;
const longestKeyName = 128;

/** Columns that Trino's Hive connector adds to every table, to partitioned ones, and to bucketed ones. Seen with Trino 476. */
const hiddenColumns: ReadonlySet<string> = new Set(['$path', '$file_size', '$file_modified_time']);

/**
 * Why columns and partition keys cannot have these names, beside one another; empty when they can. Hive and Trino fold
 * case. Seen with Trino 476.
 */
export function columnNameRefusals(
  columns: readonly Named[],
  partitionKeys: readonly Named[],
  isBucketed = false,
): readonly string[] {
  if (columns.length === 0) return ['Glue lists no columns for it'];
  const names = new Set<string>();
  for (const { name } of columns) names.add(name.toLowerCase());
  for (const { name } of partitionKeys) names.add(name.toLowerCase());
  if (names.has('')) return ['one of its columns has no name'];
  const hidden = (name: string): boolean =>
    hiddenColumns.has(name) ||
    (name === '$partition' && partitionKeys.length > 0) ||
    (name === '$bucket' && isBucketed);
  const refusals = [
    ...columns.flatMap(({ name }) => columnNameRefusal(name, hidden, longestColumnName) ?? []),
    ...partitionKeys.flatMap(({ name }) => columnNameRefusal(name, hidden, longestKeyName) ?? []),
  ];
  if (refusals.length > 0) return refusals;
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

function columnNameRefusal(name: string, hidden: (name: string) => boolean, longest: number): string | undefined {
  if (name.includes(',')) return `its column '${name}' has a comma in its name; Hive joins names with commas`;
  if (name.startsWith(' ') || name.endsWith(' '))
    return `its column '${name}' begins or ends with a blank, which Trino's Hive connector refuses`;
  if (name.startsWith('$') && hidden(name.toLowerCase())) {
    return `its column '${name}' has the name of a hidden column of Trino`;
  }
  if (name.length <= longest) return undefined;
  const length = Array.from(name).length;
  return length <= longest
    ? undefined
    : `its column '${name.slice(0, 40)}…' has a name of ${length} characters; Hive Metastore allows ${longest}`;
}
