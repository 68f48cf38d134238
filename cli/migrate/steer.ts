import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import { objectsPart } from '../../migration/copy/job/index.js';
import { tableQueue } from '../../migration/run/index.js';
import { findNamedTable, openQueue, runProgress, steerJob, tableJobs } from '../../state/index.js';
import type { State, Steering, TableProgress } from '../../state/index.js';
import { storeWaitMs } from '../../state/recording/stored-as.js';
import { useStore } from '../../state/store/use-store.js';
import { failed, printDiagnostics } from '../io.js';
import { givenAssessment } from '../given-assessment.js';
import type { CliIo, ExitCode } from '../io.js';

export interface SteerOptions {
  readonly assessment: string;
  readonly all: boolean;
  readonly json: boolean;
}

const past: Readonly<Record<Steering, string>> = {
  pause: 'paused',
  resume: 'resumed',
  retry: 'retried',
  cancel: 'cancelled',
};

export async function steerMigration(
  steering: Steering,
  tables: readonly string[],
  { assessment, all, json }: SteerOptions,
  io: CliIo,
): Promise<ExitCode> {
  const use = { access: 'write', command: `migrate ${steering}`, waitMs: storeWaitMs } as const;
  const steered = await useStore(io.env, use, async (state) => {
    const found = await givenAssessment(state, assessment);
    if (!found.ok) return found;
    const { id: assessmentId } = found.value;
    const problems: Diagnostic[] = [];
    const jobs = all
      ? await runProgress(state, { assessmentId, part: objectsPart })
      : await jobsOf(state, assessmentId, tables, problems);
    const boss = await openQueue(state, {
      queues: [tableQueue],
      supervise: false,
      onProblem: ({ message }) => io.stderr.write(`${message}\n`),
    });
    const done: { readonly id: string; readonly name: string }[] = [];
    try {
      for (const { id, database, table, status } of jobs) {
        const moved = await steerJob(state, boss, id, steering);
        // A table that is cancelled again may have left something that can be removed now.
        if (moved.ok || (steering === 'cancel' && status === 'CANCELLED' && !all))
          done.push({ id, name: `${database}.${table}` });
        // Of all, those that cannot be are passed over.
        else if (!all) problems.push(...moved.error.map((problem) => ({ ...problem, path: `${database}.${table}` })));
      }
    } finally {
      await boss.stop({ graceful: false });
    }
    if (done.length === 0 && problems.length > 0) return fail(problems);
    const names = done.map(({ name }) => name);
    if (steering !== 'cancel') return ok({ done: names, problems });
    const { clearCancelled } = await import('./clear-cancelled.js');
    const ids = done.map(({ id }) => id);
    return ok({ done: names, problems, warnings: await clearCancelled(state, assessmentId, ids, io) });
  });
  if (!steered.ok) return failed(io, steered.error);
  const { done, problems, warnings = [] } = { warnings: undefined, ...steered.value };
  printDiagnostics(io, [...problems, ...warnings]);
  io.stdout.write(
    json
      ? `${JSON.stringify({ kind: 'MigrationOrder', order: steering, tables: done })}\n`
      : `${done.length} ${done.length === 1 ? 'table' : 'tables'} ${past[steering]}\n`,
  );
  return problems.length === 0 ? 0 : 1;
}

type NamedJob = Pick<TableProgress, 'id' | 'database' | 'table' | 'status'>;

async function jobsOf(
  state: State,
  assessmentId: string,
  tables: readonly string[],
  problems: Diagnostic[],
): Promise<readonly NamedJob[]> {
  const jobs = new Map<string, NamedJob>();
  for (const name of tables) {
    const named = await findNamedTable(state, name, assessmentId);
    if (!named.ok) {
      problems.push(...named.error);
      continue;
    }
    const { database_name: database, table_name: table } = named.value;
    const [newest] = await tableJobs(state, { assessmentId, database, table, part: objectsPart });
    if (newest === undefined) problems.push(noJob(`${database}.${table}`));
    else jobs.set(newest.id, { id: newest.id, status: newest.status, database, table });
  }
  return [...jobs.values()];
}

function noJob(name: string): Diagnostic {
  return diagnostic({
    code: 'table-without-job',
    path: name,
    message: `The table ${name} has no job in this run: the Plan skips or blocks it, or the run was not started.`,
    fix: '`aws2openstack migrate status --all` lists the tables that have one.',
  });
}
