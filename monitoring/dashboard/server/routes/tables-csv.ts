import type { FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';
import type { Result } from '../../../../core/result.js';
import type { State } from '../../../../state/index.js';
import { answer, findQuestion } from '../../../questions/index.js';
import { refuse } from '../access.js';
import { statusOf } from '../failures.js';
import { queryInput } from '../query-input.js';
import { csvLine } from './csv.js';
import type { CsvValue } from './csv.js';

const pageSize = 1000;

interface TablePage {
  readonly items: readonly Readonly<Record<string, CsvValue>>[];
  readonly nextCursor: string | null;
}

/** `GET /api/tables.csv`: every table that `list_tables` would list with the same filters, in the same order. */
export function tablesCsvRoute(app: FastifyInstance, state: State): void {
  const question = findQuestion('list_tables');
  if (question === undefined) throw new Error('Bug: the question list_tables is missing.');
  app.get(
    '/api/tables.csv',
    {
      config: { access: 'viewer' },
      validatorCompiler: () => () => true,
      schema: {
        operationId: 'tables_csv',
        summary: 'Tables as CSV (RFC 4180)',
        tags: ['export'],
        querystring: question.input,
        produces: ['text/csv'],
      },
    },
    async (request, reply) => {
      const filters = queryInput(question.input, request.query as never);
      const read = async (cursor: string | undefined): Promise<Result<TablePage>> =>
        (await answer(state, question, {
          ...filters,
          limit: pageSize,
          ...(cursor !== undefined && { cursor }),
        })) as Result<TablePage>;
      const first = await read(undefined);
      if (!first.ok) return refuse(reply, statusOf(first.error), ...first.error);
      return await reply
        .type('text/csv; charset=utf-8; header=present')
        .header('Content-Disposition', 'attachment; filename="tables.csv"')
        .send(Readable.from(linesOf(first.value, read)));
    },
  );
}

async function* linesOf(
  first: TablePage,
  read: (cursor: string) => Promise<Result<TablePage>>,
): AsyncGenerator<string> {
  yield csvLine(columns);
  for (let page = first; ;) {
    yield page.items.map((table) => csvLine(columns.map((column) => table[column]))).join('');
    if (page.nextCursor === null) return;
    const next = await read(page.nextCursor);
    // Cuts the answer off, which the browser reports as a failed download.
    if (!next.ok) throw new Error(next.error.map(({ message }) => message).join(' '));
    page = next.value;
  }
}

const columns = [
  'database_name',
  'table_name',
  'table_format',
  'migration_readiness',
  'estimated_size_bytes',
  'estimated_rows',
  'partition_keys',
  'partition_count',
  'column_count',
  'last_updated',
  'storage_location',
  'notes',
];
