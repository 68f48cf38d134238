import type { HiveType } from '../../core/hive-type.js';
import type { TableColumns } from './columns.js';

/** Of tables and schemas. Seen with Hive Metastore 3.1.3. */
const longestName = 128;

/** Why Trino's Hive connector or the Hive Metastore refuses such a table; undefined when neither does. Seen with Trino 476. */
export function hiveRefusal(table: string, location: string, columns: TableColumns): string | undefined {
  // PostgreSQL counts code points.
  const nameLength = Array.from(table).length;
  if (nameLength > longestName) {
    return `its name takes ${nameLength} characters; the Hive Metastore keeps ${longestName} (a rule's \`to.table\` can shorten it)`;
  }
  if (location.replace(/^[^:]+:\/\//, '').includes('//')) {
    return `its location '${location}' holds an empty folder name ('//'), which Trino's Hive connector cannot open`;
  }
  for (const { name, type } of [...columns.data, ...columns.partition]) {
    const field = unreadableField(type);
    if (field !== undefined) {
      return `the column '${name}' has a field '${field}': Hive's types allow letters, digits, '_', '.', '$' and blanks in it`;
    }
  }
  return undefined;
}

/** The first field of a struct whose name Hive's own text of the type could not carry. */
function unreadableField(type: HiveType): string | undefined {
  switch (type.kind) {
    case 'array':
      return unreadableField(type.element);
    case 'map':
      return unreadableField(type.key) ?? unreadableField(type.value);
    case 'struct':
      return type.fields
        .map(({ name, type: inner }) => (/^[\p{L}\p{Nd}_.$ ]+$/u.test(name) ? unreadableField(inner) : name))
        .find((name) => name !== undefined);
    case 'primitive':
    case 'decimal':
    case 'char':
    case 'varchar':
      return undefined;
  }
}
