import { setTimeout as delay } from 'node:timers/promises';
import { onStopSignals } from '../../core/stop-signals.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { endWords, openJobs, runWorker } from '../../state/index.js';
import type { JobHandler, State, WorkerEvent } from '../../state/index.js';
import type { CliIo } from '../io.js';

export interface WorkedJobs {
  /** By name of the queue. */
  readonly handlers: Readonly<Record<string, JobHandler>>;
  readonly jobIds: readonly string[];
  readonly concurrency: number;
  /** For messages. */
  readonly nameOf: (payload: object) => string;
}

const pollMs = 500;
const progressMs = 5000;

/**
 * Works on jobs of these queues until those of the list have ended or wait for a person; other workers may take some. Fails
 * when it is interrupted.
 */
export async function workOn(
  state: State,
  { handlers, jobIds, concurrency, nameOf }: WorkedJobs,
  { stderr }: CliIo,
): Promise<Result<void>> {
  const stop = onStopSignals();
  const done = new AbortController();
  const names = new Map<string, string>();
  const named = (handler: JobHandler): JobHandler => {
    return (context) => {
      names.set(context.job.id, nameOf(context.payload));
      return handler(context);
    };
  };
  const ended = `${jobIds.length} ${jobIds.length === 1 ? 'validation' : 'validations'}`;
  const watching = untilEnded(state, jobIds, { done, stop: stop.signal }, (open) => {
    stderr.write(`${jobIds.length - open} of ${ended} ended\n`);
  });
  const tell = withoutRepeats((line) => void stderr.write(line));
  try {
    await runWorker(state, {
      handlers: Object.fromEntries(Object.entries(handlers).map(([queue, handler]) => [queue, named(handler)])),
      concurrency,
      signal: AbortSignal.any([stop.signal, done.signal]),
      onProblem: ({ message }) => void stderr.write(`${message}\n`),
      onEvent: (event: WorkerEvent) => {
        if (event.kind === 'message') tell(event.jobId, `${names.get(event.jobId) ?? ''}: ${event.message}\n`);
        if (event.kind === 'ended' && event.end !== 'completed')
          tell(
            event.jobId,
            `${names.get(event.jobId) ?? ''}: ${endWords[event.end]}${event.reason === undefined ? '' : `: ${event.reason}`}\n`,
          );
      },
    });
    return stop.signal.aborted ? fail([interrupted()]) : ok(undefined);
  } finally {
    done.abort();
    stop.forget();
    await watching;
  }
}

async function untilEnded(
  state: State,
  jobIds: readonly string[],
  { done, stop }: { readonly done: AbortController; readonly stop: AbortSignal },
  onProgress: (open: number) => void,
): Promise<void> {
  const signal = AbortSignal.any([done.signal, stop]);
  let [told, toldAt] = [jobIds.length, performance.now()];
  while (!signal.aborted) {
    // The database may be unavailable for a moment.
    const open = await openJobs(state, jobIds).catch(() => undefined);
    if (open === 0) done.abort();
    else if (open !== undefined && open !== told && performance.now() - toldAt >= progressMs) {
      onProgress(open);
      [told, toldAt] = [open, performance.now()];
    }
    await delay(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

/** A job that is tried again says the same again. */
function withoutRepeats(write: (line: string) => void): (jobId: string, line: string) => void {
  const said = new Map<string, string>();
  return (jobId, line) => {
    if (said.get(jobId) === line) return;
    said.set(jobId, line);
    write(line);
  };
}

function interrupted(): Diagnostic {
  return diagnostic({
    code: 'validation-interrupted',
    message: 'The validation was interrupted; the results of the tables that were finished are stored.',
    fix: 'Run the same command again: it continues with the remaining tables.',
  });
}
