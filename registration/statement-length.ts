import type { AssessedTable } from '../assessments/index.js';
import type { TableFiles } from './hive-table.js';
import type { AcceptedTable } from './registered-table.js';
import type { RegistrationTarget } from './registration-target.js';
import { renderFiles } from './render-files.js';
import { longestStatement, statementTooLong } from './sql.js';

/** Why a statement of a table over files is longer than Trino takes; `null` when none is. */
export function lengthRefusal(
  table: Pick<AcceptedTable, 'catalog' | 'schema' | 'table' | 'method'>,
  files: TableFiles,
  location: string,
  target: RegistrationTarget,
): string | null {
  if (charactersOf(files.source) * growth < longestStatement) return null;
  const { statements, load } = renderFiles(table, files, location, target);
  const longest = Math.max(...[...statements, ...load].map(({ length }) => length));
  return longest > longestStatement ? statementTooLong(longest) : null;
}

/**
 * More than any text grows in a statement: by quotes, by Trino's longer names of types (`a:int` becomes `"a" integer`),
 * and because a column is named twice in the view over CSV. Few tables are so large that they must be rendered.
 */
const growth = 8;

function charactersOf({ columns, partitionKeys, description, parameters, serde, projection }: AssessedTable): number {
  let sum = 1_000 + (description?.length ?? 0);
  for (const list of [columns, partitionKeys]) {
    for (const { name, type, comment = '' } of list) sum += 20 + name.length + type.length + comment.length;
  }
  for (const map of [parameters, serde?.parameters, projection]) {
    for (const [name, value] of Object.entries(map ?? {})) sum += name.length + value.length;
  }
  return sum;
}
