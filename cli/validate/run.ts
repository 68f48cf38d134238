import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { reportSha256 } from '../../assessments/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { planFromFiles } from '../../mappings/index.js';
import { makeManifest } from '../../registration/index.js';
import {
  findAssessmentOfReport,
  onStopSignals,
  openQueue,
  openRuns,
  runWorker,
  shownId,
  validatedTables,
} from '../../state/index.js';
import type { State, ValidatedTable, ValidationType, WorkerEvent } from '../../state/index.js';
import { useStore } from '../../state/store/use-store.js';
import { readTestQueries } from '../../validation/queries/test-query.js';
import type { TestQuery } from '../../validation/queries/test-query.js';
import {
  athenaCatalog,
  sidesOpener,
  startValidation,
  tablePairs,
  validationJob,
  validationQueue,
} from '../../validation/run/index.js';
import type { SideAccess, SideConnections, ValidationOrder } from '../../validation/run/index.js';
import { failed, printDiagnostics } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { sideAccess } from './sides.js';
import { describeValidation, hasFailed } from './view.js';

export interface ValidateOptions {
  readonly assessment: string;
  readonly mapping: string;
  readonly var: Readonly<Record<string, string>>;
  readonly trinoUrl: string;
  readonly trinoUser: string;
  readonly sourceTrinoUrl?: string;
  readonly sourceTrinoUser: string;
  readonly sourceHiveCatalog: string;
  readonly sourceIcebergCatalog: string;
  readonly athenaWorkgroup: string;
  readonly athenaOutput?: string;
  readonly checks: readonly ValidationType[];
  readonly queries?: string;
  readonly concurrency: number;
  readonly json: boolean;
}

/** `database.table`. */
type Name = string;

/** Validates the named tables, or all that were moved, and waits for the results. */
export async function validateTables(
  names: readonly Name[] | 'all',
  options: ValidateOptions,
  io: CliIo,
): Promise<ExitCode> {
  const access = sideAccess(io);
  const queries = options.queries === undefined ? ok([]) : readQueries(options.queries);
  const planned = await planFromFiles({
    assessment: options.assessment,
    mapping: options.mapping,
    variables: options.var,
  });
  if (!access.ok || !queries.ok || !planned.ok)
    return failed(
      io,
      [access, queries, planned].flatMap((each) => (each.ok ? [] : each.error)),
    );
  printDiagnostics(io, planned.value.warnings);
  const { plan, assessment } = planned.value;
  const entries = [...makeManifest(plan).catalogs.values()].flat();
  const catalogs =
    options.sourceTrinoUrl === undefined
      ? { hive: athenaCatalog, iceberg: athenaCatalog }
      : { hive: options.sourceHiveCatalog, iceberg: options.sourceIcebergCatalog };
  const sourceOf = new Map(entries.map(({ key, source }) => [key, source]));
  const all = tablePairs(entries, catalogs).map((pair) => {
    const source = sourceOf.get(pair.key);
    return { database: source?.database ?? '', table: source?.table ?? '', pair };
  });
  const tables = names === 'all' ? all : all.filter(({ database, table }) => names.includes(`${database}.${table}`));
  const known = new Set(tables.map(({ database, table }) => `${database}.${table}`));
  const unknown = names === 'all' ? [] : names.filter((name) => !known.has(name));
  if (unknown.length > 0) return failed(io, unknown.map(notMapped));
  const use = { access: 'write', command: 'validate' } as const;
  const validated = await useStore(io.env, use, async (state) => {
    const stored = await findAssessmentOfReport(state, reportSha256(assessment));
    if (stored === undefined) return fail([notStarted()]);
    const order = {
      assessmentId: stored,
      runId: randomUUID(),
      sides: sidesOf(options, plan.source),
      checks: options.checks,
      rules: {},
      queries: queries.value,
      tables,
    };
    return await work(state, order, { access: access.value, concurrency: options.concurrency }, io);
  });
  if (!validated.ok) return failed(io, validated.error);
  const shown = validated.value;
  io.stdout.write(options.json ? `${JSON.stringify({ kind: 'Validation', ...shown })}\n` : describeValidation(shown));
  // Nothing validated is not a success.
  return hasFailed(shown) ? 1 : 0;
}

export interface ShownValidation {
  readonly assessment: string;
  readonly tables: readonly ValidatedTable[];
  /** Tables that no job has moved. */
  readonly unmoved: readonly string[];
}

type Order = Parameters<typeof startValidation>[2];

async function work(
  state: State,
  order: Order,
  { access, concurrency }: { readonly access: SideAccess; readonly concurrency: number },
  { stderr }: CliIo,
): Promise<Result<ShownValidation>> {
  const { assessmentId, tables } = order;
  const onProblem = ({ message }: Error): void => void stderr.write(`${message}\n`);
  const boss = await openQueue(state, { queues: [validationQueue], supervise: false, onProblem });
  const { unmoved } = await startValidation(state, boss, order).finally(() => boss.stop({ graceful: false }));
  const stop = onStopSignals();
  const done = new AbortController();
  const tableOf = new Map<string, string>();
  const job = validationJob({ state, open: sidesOpener(access) });
  const watching = untilDone(state, assessmentId, done, stop.signal);
  try {
    await runWorker(state, {
      handlers: {
        [validationQueue]: (context) => {
          tableOf.set(context.job.id, (context.payload as ValidationOrder).pair.key.replace(/^table:/, ''));
          return job(context);
        },
      },
      concurrency,
      signal: AbortSignal.any([stop.signal, done.signal]),
      onProblem,
      onEvent: (event: WorkerEvent) => {
        if (event.kind === 'message') stderr.write(`${tableOf.get(event.jobId) ?? ''}: ${event.message}\n`);
        if (event.kind === 'ended' && event.end !== 'completed')
          stderr.write(
            `${tableOf.get(event.jobId) ?? ''}: ${event.end}${event.reason === undefined ? '' : `: ${event.reason}`}\n`,
          );
      },
    });
    if (stop.signal.aborted) return fail([interrupted()]);
  } finally {
    done.abort();
    stop.forget();
    await watching;
  }
  const wanted = new Set(tables.map(({ database, table }) => JSON.stringify([database, table])));
  const shown: ValidatedTable[] = [];
  for await (const table of validatedTables(state, assessmentId))
    if (wanted.has(JSON.stringify([table.database, table.table]))) shown.push(table);
  return ok({ assessment: shownId(assessmentId), tables: shown, unmoved });
}

const pollMs = 500;

async function untilDone(state: State, assessmentId: string, done: AbortController, stop: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([done.signal, stop]);
  while (!signal.aborted) {
    const open = await openRuns(state, validationQueue).catch(() => undefined);
    if (open?.every((run) => run.assessmentId !== assessmentId) === true) done.abort();
    await delay(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

function sidesOf(
  options: ValidateOptions,
  { region, accountId }: { readonly region: string; readonly accountId: string | null },
): SideConnections {
  const { trinoUrl, trinoUser, sourceTrinoUrl, sourceTrinoUser, athenaWorkgroup, athenaOutput = null } = options;
  return {
    source:
      sourceTrinoUrl === undefined
        ? {
            type: 'athena',
            account: accountId ?? '',
            region,
            workgroup: athenaWorkgroup,
            outputLocation: athenaOutput,
          }
        : { type: 'trino', url: sourceTrinoUrl, user: sourceTrinoUser },
    target: { type: 'trino', url: trinoUrl, user: trinoUser },
  };
}

function readQueries(file: string): Result<readonly TestQuery[]> {
  try {
    return readTestQueries(readFileSync(file, 'utf8'), file);
  } catch (error) {
    return fail([
      diagnostic({
        code: 'test-query-file',
        path: file,
        message: `The file of test queries cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
        fix: 'Set --queries to a YAML file of test queries (docs/validation.md).',
      }),
    ]);
  }
}

function notMapped(name: Name): Diagnostic {
  return diagnostic({
    code: 'validation-unknown-table',
    path: name,
    message: `The Plan maps no table ${name}: it does not exist, stays behind, is blocked, or is a view.`,
    fix: '`aws2openstack explain` says what becomes of it. Name tables as database.table.',
  });
}

function notStarted(): Diagnostic {
  return diagnostic({
    code: 'validation-without-run',
    message: 'The store has no run of this assessment, so no table was moved.',
    fix: 'Migrate first (`aws2openstack migrate start`), with the same report and the same DATABASE_URL.',
  });
}

function interrupted(): Diagnostic {
  return diagnostic({
    code: 'validation-interrupted',
    message: 'The validation was interrupted; the results of tables that were finished are stored.',
    fix: 'Run the same command again: it goes on with the others.',
  });
}
