import { readFileSync } from 'node:fs';
import { onStopSignals } from '../../core/stop-signals.js';
import { s3Transfer } from '../../clients/s3/transfer/index.js';
import { copyJob } from '../../migration/copy/job/index.js';
import { LiveLimits } from '../../migration/copy/limits.js';
import type { CopyLimits } from '../../migration/copy/limits.js';
import { streamEngine } from '../../migration/copy/stream/index.js';
import type { StreamEngineOptions } from '../../migration/copy/stream/index.js';
import { bucketLister } from '../../clients/s3/listing/index.js';
import { openState, parseDatabaseUrl, runWorker } from '../../state/index.js';

/** What the parent writes for a worker that it may kill. */
export interface CopyWorker {
  readonly databaseUrl: string;
  readonly options: StreamEngineOptions;
  readonly limits: Partial<CopyLimits>;
  /** Tables at a time. */
  readonly concurrency: number;
}

// Works on the queue `copy` until it is stopped, or killed. Prints when it is ready, and at its end the most memory that it
// had, in KiB.
const { databaseUrl, options, limits, concurrency } = JSON.parse(
  readFileSync(process.argv[2] ?? '', 'utf8'),
) as CopyWorker;
const location = parseDatabaseUrl(databaseUrl);
if (!location.ok) throw new Error(JSON.stringify(location.error));
const state = await openState(location.value, { access: 'write', purpose: 'test' });
if (!state.ok) throw new Error(JSON.stringify(state.error));
const { signal } = onStopSignals();
const job = copyJob({
  state: state.value,
  engine: streamEngine(options),
  lister: bucketLister(s3Transfer(options.source, { connections: 8 })),
  limits: new LiveLimits(limits),
  chunkLimits: { objects: 100, bytes: 2 ** 30 },
  saveSeconds: 0.2,
  savePartsSeconds: 0.2,
});
await runWorker(state.value, {
  handlers: { copy: job },
  concurrency,
  signal,
  onProblem: (problem) => process.stderr.write(`${problem.message}\n`),
  onEvent: (event) => {
    if (event.kind === 'ready') process.stdout.write('ready\n');
    if (event.kind === 'ended' && event.end === 'failed') process.stderr.write(`${event.reason ?? ''}\n`);
  },
  times: { pollSeconds: 0.2, monitorIntervalSeconds: 1 },
});
// Not `resourceUsage().maxRSS`, which begins with the memory of the process that started this one.
const [, most = ''] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
process.stdout.write(`${most}\n`);
// Connections that are kept open would hold it for a while.
process.exit(0);
