import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { endAtExit } from '../../core/at-exit.js';
import { onStopSignals } from '../../core/stop-signals.js';
import { diagnostic } from '../../core/diagnostic.js';
import { ok } from '../../core/result.js';
import { objectsPart } from '../../migration/copy/job/index.js';
import { tableJob, tableQueue } from '../../migration/run/index.js';
import type { TableOrder } from '../../migration/run/index.js';
import { openRuns, restingJobs, runProgress, runWorker, shownId, stateLocation } from '../../state/index.js';
import type { JobHandler, State, WorkerEvent, WorkerOptions } from '../../state/index.js';
import { useStore } from '../../state/store/use-store.js';
import { sidesOpener, validationJob, validationQueue } from '../../validation/run/index.js';
import type { ValidationOrder } from '../../validation/run/index.js';
import type { CliIo, ExitCode } from '../io.js';
import { logTo } from '../log.js';
import type { Log } from '../log.js';
import type { LogFormat } from '../log-option.js';
import { sideAccess } from '../validate/sides.js';
import { sourceWatch } from '../validate/source-watch.js';
import { connector } from './connections.js';
import { followEngineMetrics } from './engine-metrics.js';
import { describeEvent, describeProgress, describeWorker, fieldsOf, totalsOf } from './view.js';
import type { Unfinished } from './view.js';

export interface WorkerFlags {
  readonly concurrency: number;
  readonly processes: number;
  readonly untilDone: boolean;
  readonly readBack: number;
  readonly log: LogFormat;
  /** Whether it also reads metrics of AWS's engines. */
  readonly cloudwatch: boolean;
  /** Whether it also validates. */
  readonly validations: boolean;
}

export async function workOnJobs(flags: WorkerFlags, io: CliIo): Promise<ExitCode> {
  const log = logTo(io, flags.log);
  if (flags.processes > 1) return await workInProcesses(flags, io, log);
  const sides = connector(io, { readBackShare: flags.readBack });
  if (!sides.ok) return log.failed(sides.error);
  const access = flags.validations ? sideAccess(io) : ok(undefined);
  if (!access.ok) return log.failed(access.error);
  const { open, close } = sides.value;
  const stop = onStopSignals();
  try {
    const worked = await useStore(io.env, { access: 'write', command: 'migrate worker' }, async (state) => {
      const done = new AbortController();
      const names = new Map<string, string>();
      /** The last message of each job: another attempt would repeat it. */
      const said = new Map<string, string>();
      const source = sourceWatch(state);
      const work: WorkerOptions['handlers'] = {
        [tableQueue]: tableJob({ state, open }),
        ...(access.value && {
          [validationQueue]: validationJob({ state, open: sidesOpener(access.value), watch: source.watch }),
        }),
      };
      const queues = Object.keys(work);
      const watching = watch(state, { done, stop: stop.signal, untilDone: flags.untilDone, queues }, log);
      const named = ([queue, handler]: readonly [string, JobHandler]): readonly [string, JobHandler] => [
        queue,
        (context) => {
          names.set(context.job.id, tableOf(context.payload as TableOrder | ValidationOrder));
          return handler(context);
        },
      ];
      const working = runWorker(state, {
        handlers: Object.fromEntries(Object.entries(work).map(named)),
        concurrency: flags.concurrency,
        signal: AbortSignal.any([stop.signal, done.signal]),
        onProblem: ({ message }) => {
          log.line({ level: 'error', message });
        },
        onEvent: (event: WorkerEvent) => {
          const message = describeEvent(event, names);
          if (event.kind === 'message') {
            if (said.get(event.jobId) === event.message) return;
            said.set(event.jobId, event.message);
          }
          if (message !== undefined) log.line({ level: 'info', message, ...fieldsOf(event, names) });
        },
      });
      const measuring = flags.cloudwatch
        ? followEngineMetrics(state, { queues, log, signal: AbortSignal.any([stop.signal, done.signal]) })
        : undefined;
      const outcome = await working.finally(async () => {
        done.abort();
        await Promise.all([watching, measuring]);
        await source.close();
      });
      const unfinished = await Promise.all(queues.map((queue) => unfinishedIn(state, queue)));
      return ok({ ...outcome, unfinished: unfinished.flat() });
    });
    if (!worked.ok) return log.failed(worked.error);
    io.stdout.write(describeWorker(worked.value));
    return worked.value.unfinished.length > 0 && flags.untilDone ? 1 : 0;
  } finally {
    stop.forget();
    await close();
  }
}

/** With the command that says why. The queue may hold jobs of other assessments than the latest. */
async function unfinishedIn(state: State, queue: string): Promise<readonly Unfinished[]> {
  const command = queue === validationQueue ? 'validate status' : 'migrate status';
  const resting = await restingJobs(state, queue);
  return resting.map(({ assessmentId, jobs }) => ({ jobs, command: `${command} ${shownId(assessmentId)}` }));
}

function tableOf(order: TableOrder | ValidationOrder): string {
  if ('pair' in order) return order.pair.key.replace(/^table:/, '');
  const { entries } = order;
  const { database = '', table } = entries.at(-1)?.source ?? {};
  return `${database}.${table ?? ''}`;
}

const checkSeconds = 1;
const showSeconds = 10;

interface Watch {
  /** Aborted when no job is left, if that is wanted. */
  readonly done: AbortController;
  readonly stop: AbortSignal;
  readonly untilDone: boolean;
  readonly queues: readonly string[];
}

/** Shows now and then how far the runs are: nobody else can read the embedded store meanwhile. */
async function watch(state: State, { done, stop, untilDone, queues }: Watch, log: Log): Promise<void> {
  const signal = AbortSignal.any([stop, done.signal]);
  const before = new Map<string, number>();
  const look = async (second: number): Promise<void> => {
    const open = await Promise.all(queues.map((queue) => openRuns(state, queue)));
    if (open.flat().length === 0 && untilDone) done.abort();
    const copying = open[queues.indexOf(tableQueue)] ?? [];
    for (const { assessmentId } of second % showSeconds === showSeconds - 1 ? copying : []) {
      const totals = totalsOf(await runProgress(state, { assessmentId, part: objectsPart }));
      const earlier = before.get(assessmentId);
      const rate = earlier === undefined ? null : Math.max(0, (totals.bytesDone - earlier) / showSeconds);
      before.set(assessmentId, totals.bytesDone);
      const message = describeProgress(shownId(assessmentId), totals, rate);
      log.line({ level: 'info', message, event: 'progress', run: assessmentId, ...totals, bytesPerSecond: rate });
    }
  };
  for (let second = 0; !signal.aborted; second += checkSeconds) {
    // The worker outlives a database that is briefly unavailable, and says so.
    await look(second).catch(() => undefined);
    await delay(checkSeconds * 1000, undefined, { signal }).catch(() => undefined);
  }
}

/** The same command, as many times; a signal ends all. Without `untilDone` all end with the first: who started this restarts it. */
async function workInProcesses(flags: WorkerFlags, io: CliIo, log: Log) {
  const { processes, concurrency, untilDone, readBack, validations, cloudwatch } = flags;
  const location = stateLocation(io.env, process.cwd());
  if (!location.ok) return log.failed(location.error);
  if (location.value.engine === 'embedded')
    return log.failed([
      diagnostic({
        code: 'embedded-store-single',
        message: `--processes is ${processes}, but the embedded store can be used by one process at a time.`,
        fix: 'Set DATABASE_URL to a PostgreSQL server, or leave --processes out.',
      }),
    ]);
  const args = [
    'migrate',
    'worker',
    '--concurrency',
    String(concurrency),
    '--read-back',
    String(readBack),
    '--log',
    flags.log,
  ];
  if (untilDone) args.push('--until-done');
  if (validations) args.push('--validations');
  const children = Array.from({ length: processes }, (_, index) =>
    // One of them is enough to read the metrics.
    spawn(process.execPath, [process.argv[1] ?? '', ...args, ...(cloudwatch && index === 0 ? ['--cloudwatch'] : [])], {
      env: { ...io.env },
      stdio: 'inherit',
    }),
  );
  for (const child of children) endAtExit(child);
  const stop = onStopSignals();
  let isEnding = false;
  const endAll = (): void => {
    // A second signal would end a child at once, in the middle of its orderly end.
    if (!isEnding) for (const child of children) child.kill('SIGTERM');
    isEnding = true;
  };
  stop.signal.addEventListener('abort', endAll);
  if (!untilDone) for (const child of children) child.once('exit', endAll);
  const codes = await Promise.all(children.map(exitCode));
  stop.forget();
  return codes.every((code) => code === 0) ? 0 : 1;
}

async function exitCode(child: ChildProcess): Promise<number> {
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
