import { diagnostic } from '../../../core/diagnostic.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import { fail, ok } from '../../../core/result.js';
import type { TableOrder } from '../../../migration/run/index.js';
import { findWorkOrder } from '../../../state/repositories/work-orders.js';
import type { State } from '../../../state/store/state.js';
import { reference } from '../assessment/assessment-document.js';
import type { Question } from '../question.js';
import { catalogText, list, object, oneOf, text } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { namedTableDocument, namedTableSchema, tableName } from '../table-input.js';
import { findTableWithJobs } from '../table-jobs.js';
import type { TableWithJobs } from '../table-jobs.js';

const input = object({ table_name: tableName }, { assessment_id: reference('without it, all') });
const output = object({
  table: namedTableSchema,
  job_id: text('The job that runs them.'),
  target: catalogText('Where the table comes to be, as catalog.schema.table.'),
  method: text('How it is registered.'),
  statements: list(
    object({
      purpose: oneOf(
        ['schema', 'register', 'load', 'clean-up'],
        'schema: of its schema; load: rows that are converted; clean-up: after the load was proven.',
      ),
      sql: catalogText('One statement for Trino.'),
    }),
    'In the order in which they run.',
  ),
});

export const getTableStatements: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'get_table_statements',
  title: 'Statements of a table',
  description: 'The SQL by which a table comes to be at the target, as the job that moves it has it; nothing is run.',
  input,
  output,
  ask: async (state, asked) => {
    const found = await findTableWithJobs(state, asked);
    if (!found.ok) return found;
    const { table } = found.value;
    const ordered = await newestOrder(state, found.value);
    const entry = ordered?.entries.at(-1);
    if (ordered === undefined || entry === undefined) return fail([notOrdered(asked.table_name)]);
    const { catalog, schema, table: name } = entry.target;
    return ok({
      table: namedTableDocument(table),
      job_id: ordered.jobId,
      target: [catalog, schema, name].filter((part) => part !== null).join('.'),
      method: entry.method,
      statements: ordered.entries.flatMap(statementsOf),
    });
  },
};

type Entry = TableOrder['entries'][number];

function statementsOf({ phase, statements, load, cleanup }: Entry) {
  const purposes = [
    [phase === 'schema' ? 'schema' : 'register', statements],
    ['load', load],
    ['clean-up', cleanup],
  ] as const;
  return purposes.flatMap(([purpose, all]) => all.map((sql) => ({ purpose, sql })));
}

async function newestOrder(
  state: Pick<State, 'db'>,
  { jobs }: TableWithJobs,
): Promise<{ readonly jobId: string; readonly entries: readonly Entry[] } | undefined> {
  const job = jobs.find(({ job_type }) => job_type !== 'VALIDATE');
  if (job === undefined) return undefined;
  const { entries } = ((await findWorkOrder(state, job.id))?.payload ?? {}) as Partial<TableOrder>;
  return entries === undefined ? undefined : { jobId: job.id, entries };
}

function notOrdered(name: string): Diagnostic {
  return diagnostic({
    code: 'no-stored-statements',
    path: name,
    message: `The store does not contain the statements of '${name}': no job has been created to move it.`,
    fix: 'Run `aws2openstack migrate start`. Until then, the statements are only in the manifest that `aws2openstack synth` writes with the Terraform.',
  });
}
