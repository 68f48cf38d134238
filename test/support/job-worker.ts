// A worker process for tests: `job-worker.ts <folder> <concurrency> <point to hold at> <deaf?>`. Copies, converts and
// registers the table that each job names, leaves a line for each effect in `<folder>/effects`, and says what happens, one
// line each. At the point to hold at it waits until `<folder>/go` is there, or, unless it is deaf, until the job is to end.
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onStopSignals } from '../../core/stop-signals.js';
import { ok } from '../../core/result.js';
import { runWorker, stateLocation, withState } from '../../state/index.js';
import type { JobHandler } from '../../state/index.js';
import type { TablePayload } from './jobs.js';

const [folder = '', concurrency = '1', holdAt = '', deaf = ''] = process.argv.slice(2);
const phases = ['copy', 'convert', 'register'];

const point = async (name: string, signal: AbortSignal): Promise<void> => {
  console.log(`at ${name}`);
  while (name === holdAt && !existsSync(join(folder, 'go'))) {
    await delay(20);
    if (deaf === '') signal.throwIfAborted();
  }
};

const handler: JobHandler = async ({ payload, parts, signal, checkpoint }) => {
  const { table } = payload as TablePayload;
  const done = phases.indexOf(parts.get(table)?.phase ?? '');
  await point('begin', signal);
  for (const [index, phase] of phases.entries()) {
    if (index <= done) continue;
    appendFileSync(join(folder, 'effects'), `${table} ${phase}\n`);
    await point(`effect ${phase}`, signal);
    await checkpoint({
      part: table,
      phase,
      bytesTotal: null,
      bytesDone: index + 1,
      filesTotal: null,
      filesDone: 0,
      rowsTotal: null,
      rowsDone: 0,
      checkpoint: { by: process.pid },
    });
    await point(`checkpoint ${phase}`, signal);
  }
  return ok(undefined);
};

const location = stateLocation(process.env, process.cwd());
if (!location.ok) throw new Error(location.error[0]?.message);
const stop = onStopSignals();
stop.signal.addEventListener('abort', () => {
  console.log('stopping');
});
const worked = await withState(location.value, { access: 'write', purpose: 'a worker of a test' }, async (state) =>
  runWorker(state, {
    handlers: { tables: handler },
    concurrency: Number(concurrency),
    signal: stop.signal,
    times: { pollSeconds: 0.2, watchSeconds: 0.2, graceSeconds: 60, monitorIntervalSeconds: 1 },
    onProblem: ({ message }) => {
      console.log(`problem ${message}`);
    },
    onEvent: (event) => {
      if (event.kind === 'ready') console.log('ready');
      if (event.kind === 'ended') console.log(`ended ${event.end}`);
    },
  }),
);
console.log(worked.ok ? 'stopped' : `refused ${worked.error.map(({ code, message }) => `${code}: ${message}`).join()}`);
