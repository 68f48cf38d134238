import { hasEmptyFolder, longestHiveName, unreadableField } from '../../core/hive-limits.js';
import type { TableColumns } from './columns.js';

/** Why Trino's Hive connector or the Hive Metastore refuses such a table; undefined when neither does. Seen with Trino 476. */
export function hiveRefusal(table: string, location: string, columns: TableColumns): string | undefined {
  const nameLength = Array.from(table).length;
  if (nameLength > longestHiveName) {
    return `its name takes ${nameLength} characters; the Hive Metastore keeps ${longestHiveName} (a rule's \`to.table\` can shorten it)`;
  }
  if (hasEmptyFolder(location)) {
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
