import { qualifiedName } from '../../core/sql-text.js';
import type { DescribedColumn } from '../sql/columns-query.js';
import type { Side } from '../values/form.js';
import type { SideQuestions } from './ask-sides.js';
import type { TablePair } from './table-pair.js';

/** `information_schema` leaves out what it cannot read; who asks for the table itself is told the reason. */
export async function reasonsForNoColumns(
  pair: TablePair,
  columns: Readonly<Record<Side, readonly DescribedColumn[]>>,
  questions: SideQuestions,
): Promise<readonly { readonly message: string }[]> {
  const reasons = (['source', 'target'] as const).map(async (side) => {
    if (columns[side].length > 0) return [];
    const { catalog, schema, table } = pair[side];
    const answer = await questions.one(
      'columns',
      side,
      `SELECT 1 FROM ${qualifiedName(catalog, schema, table)} LIMIT 0`,
    );
    return answer.ok ? [{ message: `At the ${side}: the columns of the table cannot be read.` }] : answer.error;
  });
  return (await Promise.all(reasons)).flat();
}
