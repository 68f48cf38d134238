import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import { objectsPart } from '../../migration/copy/job/index.js';
import { tableQueue } from '../../migration/run/index.js';
import { findAssessment, findNamedTable, listJobs, openQueue, steerJob, tableJobs } from '../../state/index.js';
import type { State, Steering } from '../../state/index.js';
import { storeWaitMs } from '../../state/recording/stored-as.js';
import { useStore } from '../../state/store/use-store.js';
import { failed, printDiagnostics } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';

export interface SteerOptions {
  readonly assessment: string;
  readonly all: boolean;
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
  { assessment, all }: SteerOptions,
  io: CliIo,
): Promise<ExitCode> {
  const use = { access: 'write', command: `migrate ${steering}`, waitMs: storeWaitMs } as const;
  const steered = await useStore(io.env, use, async (state) => {
    const found = await findAssessment(state, assessment);
    if (!found.ok) return found;
    const problems: Diagnostic[] = [];
    const ids = all ? await allJobs(state, found.value.id) : await jobsOf(state, found.value.id, tables, problems);
    const boss = await openQueue(state, {
      queues: [tableQueue],
      supervise: false,
      onProblem: ({ message }) => io.stderr.write(`${message}\n`),
    });
    let done = 0;
    try {
      for (const id of new Set(ids)) {
        const moved = await steerJob(state, boss, id, steering);
        if (moved.ok) done += 1;
        // Of all, those that cannot be are passed over.
        else if (!all) problems.push(...moved.error);
      }
    } finally {
      await boss.stop({ graceful: false });
    }
    return done === 0 && problems.length > 0 ? fail(problems) : ok({ done, problems });
  });
  if (!steered.ok) return failed(io, steered.error);
  const { done, problems } = steered.value;
  printDiagnostics(io, problems);
  io.stdout.write(`${done} ${done === 1 ? 'table' : 'tables'} ${past[steering]}\n`);
  return problems.length === 0 ? 0 : 1;
}

async function allJobs(state: State, assessmentId: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await listJobs(state, { assessmentId }, { cursor });
    if (!page.ok) throw new Error(page.error.map(({ message }) => message).join('\n'));
    ids.push(...page.value.items.map(({ id }) => id));
    if (page.value.next === null) return ids.reverse();
    cursor = page.value.next;
  }
}

async function jobsOf(
  state: State,
  assessmentId: string,
  tables: readonly string[],
  problems: Diagnostic[],
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const name of tables) {
    const table = await findNamedTable(state, name, assessmentId);
    if (!table.ok) {
      problems.push(...table.error);
      continue;
    }
    const { database_name: database, table_name } = table.value;
    const [newest] = await tableJobs(state, { assessmentId, database, table: table_name, part: objectsPart });
    if (newest === undefined) problems.push(noJob(`${database}.${table_name}`));
    else ids.push(newest.id);
  }
  return ids;
}

function noJob(name: string): Diagnostic {
  return diagnostic({
    code: 'table-without-job',
    path: name,
    message: `The table ${name} has no job in this run: the Plan skips or blocks it, or the run was not started.`,
    fix: '`aws2openstack migrate status --all` lists the tables that have one.',
  });
}
