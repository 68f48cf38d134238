import { reportSha256 } from '../../assessments/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import { inPlaceCatalog } from '../../core/helper-tables.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import {
  checkRun,
  defaultRunLimits,
  engineOf,
  parseHours,
  sameBuckets,
  startRun,
  tableQueue,
} from '../../migration/run/index.js';
import type { RunConnections, RunLimits, StartedRun } from '../../migration/run/index.js';
import type { ManifestEntry } from '../../registration/index.js';
import { findAssessmentOfReport, findRun, openQueue, shownId, storeAssessment } from '../../state/index.js';
import { onStopSignals } from '../../core/stop-signals.js';
import { storeWaitMs } from '../../state/recording/stored-as.js';
import { useStore } from '../../state/store/use-store.js';
import { failed, printDiagnostics } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { outdatedTerraform } from '../outdated-terraform.js';
import type { TerraformOption } from '../outdated-terraform.js';
import { connector, sourceOf } from './connections.js';
import { connectionsOf, planRun, sourceConnection } from './plan-run.js';
import type { ConnectionOptions, PlannedRun, RunFiles } from './plan-run.js';
import { reachSource } from './reach-source.js';
import { describeStarted } from './view.js';

export interface StartOptions extends RunFiles, ConnectionOptions, TerraformOption {
  readonly trinoUrl: string;
  readonly objectsAtOnce?: number;
  readonly partsAtOnce?: number;
  /** MB/s. */
  readonly bandwidth?: number;
  readonly hours?: string;
  readonly check: boolean;
  readonly json: boolean;
}

export async function startMigration(options: StartOptions, io: CliIo): Promise<ExitCode> {
  const limits = limitsOf(options);
  if (!limits.ok) return failed(io, limits.error);
  const planned = await planRun(options);
  if (!planned.ok) return failed(io, planned.error);
  try {
    printDiagnostics(io, planned.value.warnings);
    if (options.check) {
      const source = sourceConnection(planned.value.plan, options, io.env, await sourceBefore(planned.value, io));
      const connections = connectionsOf(planned.value.plan, options, source);
      const same = sameBuckets(connections);
      if (same.length > 0) return failed(io, same);
      const sides = connector(io);
      if (!sides.ok) return failed(io, sides.error);
      const reached = await reachInTime(source, Object.keys(connections.buckets)[0], io);
      if (!reached.ok) {
        await sides.value.close();
        return failed(io, reached.error);
      }
      const orders = planned.value.jobs.map(({ order }) => order);
      const catalogs = new Set(orders.flatMap(({ entries }) => entries.flatMap(catalogsOf)));
      const engines = new Set(orders.map(({ entries }) => engineOf(entries)));
      const opened = sides.value.open(connections);
      const problems = opened.ok
        ? await checkRun(opened.value, connections, { catalogs: [...catalogs], engines: [...engines] })
        : opened.error;
      await sides.value.close();
      if (problems.some(({ severity }) => severity === 'error')) return failed(io, problems);
      printDiagnostics(io, problems);
    }
    const started = await storeAndStart(planned.value, options, limits.value, io);
    if (!started.ok) return failed(io, started.error);
    io.stdout.write(
      options.json
        ? `${JSON.stringify({ kind: 'StartedMigration', ...started.value })}\n`
        : describeStarted(started.value),
    );
    return 0;
  } finally {
    await planned.value.remove();
  }
}

async function reachInTime(
  source: RunConnections['source'],
  bucket: string | undefined,
  io: CliIo,
): Promise<Result<void>> {
  const stop = onStopSignals();
  try {
    return await reachSource(sourceOf(source), bucket, io, stop.signal);
  } finally {
    stop.forget();
  }
}

export interface StartedMigration extends StartedRun {
  /** Such as `assessment-1a2b3c`. */
  readonly assessment: string;
}

/** Of the run of this assessment, for the checks; undefined where there is none, or no store yet. */
async function sourceBefore({ assessment }: PlannedRun, { env }: CliIo): Promise<RunConnections['source'] | undefined> {
  const use = { access: 'read', command: 'migrate start', waitMs: storeWaitMs } as const;
  const found = await useStore(env, use, async (state) => {
    const assessmentId = await findAssessmentOfReport(state, reportSha256(assessment));
    return ok(assessmentId === undefined ? undefined : await findRun(state, assessmentId));
  });
  return found.ok ? sourceOfRun(found.value) : undefined;
}

function sourceOfRun(run: Awaited<ReturnType<typeof findRun>>): RunConnections['source'] | undefined {
  return (run?.connections as RunConnections | undefined)?.source;
}

async function storeAndStart(
  planned: PlannedRun,
  options: StartOptions,
  limits: Partial<RunLimits>,
  io: CliIo,
): Promise<Result<StartedMigration>> {
  const { plan, assessment, planSha256, jobs, listPartitions } = planned;
  const { env, stderr } = io;
  const use = { access: 'write', command: 'migrate start', waitMs: storeWaitMs } as const;
  return await useStore(env, use, async (state) => {
    const report = reportSha256(assessment);
    const assessmentId = await storeAssessment(state, assessment, { sha256: report, once: true });
    const { terraform } = options;
    const known = { assessmentId, ...(terraform !== undefined && { terraform }) };
    printDiagnostics(io, await outdatedTerraform(state, planned, known));
    const run = await findRun(state, assessmentId);
    const boss = await openQueue(state, {
      queues: [tableQueue],
      supervise: false,
      onProblem: ({ message }) => stderr.write(`${message}\n`),
    });
    try {
      const started = await startRun(state, boss, {
        assessmentId,
        planSha256,
        // What is not given stays as it was.
        connections: connectionsOf(plan, options, sourceConnection(plan, options, env, sourceOfRun(run))),
        limits: { ...defaultRunLimits, ...(run?.limits as RunLimits | undefined), ...limits },
        jobs,
        listPartitions,
      });
      return started === undefined
        ? fail([otherPlan(assessmentId)])
        : ok({ assessment: shownId(assessmentId), ...started });
    } finally {
      await boss.stop({ graceful: false });
    }
  });
}

/** The catalogs of Trino that an entry needs. */
function catalogsOf({ target, method }: ManifestEntry): readonly string[] {
  return [target.catalog, ...(method === 'convert-in-place' ? [inPlaceCatalog] : [])];
}

function limitsOf({ objectsAtOnce, partsAtOnce, bandwidth, hours }: StartOptions): Result<Partial<RunLimits>> {
  const parsed = hours === undefined || hours === 'all' ? null : parseHours(hours);
  if (parsed === undefined)
    return fail([
      diagnostic({
        code: 'run-hours',
        message: `--hours is '${String(hours)}'; it must be two different times of the day (UTC), such as 22:00-06:00, or 'all'.`,
        fix: 'Write each hour and minute with two digits, or leave --hours out to copy at any time.',
      }),
    ]);
  return ok({
    ...(objectsAtOnce !== undefined && { objectsAtOnce }),
    ...(partsAtOnce !== undefined && { partsAtOnce }),
    ...(bandwidth !== undefined && { bytesPerSecond: Math.round(bandwidth * 1e6) }),
    ...(hours !== undefined && { hours: parsed }),
  });
}

function otherPlan(assessmentId: string) {
  return diagnostic({
    code: 'run-of-other-plan',
    path: shownId(assessmentId),
    message: 'This assessment has a run that was started with another Plan; its jobs follow that Plan.',
    fix: 'Continue with the same mapping and variables; or assess again, and start a run of the new assessment.',
  });
}
