import { hostname } from 'node:os';
import { onStopSignals } from '../../core/stop-signals.js';
import { ok } from '../../core/result.js';
import { useStore } from '../../state/store/use-store.js';
import { runWaveWorker } from '../../waves/local/index.js';
import type { CliIo, ExitCode } from '../io.js';
import { logTo } from '../log.js';
import type { LogFormat } from '../log-option.js';
import { waveDns } from './dns.js';
import { waveNotifiers } from './notifiers.js';
import { noServices, waveServices } from './services.js';

export interface WorkerFlags {
  readonly concurrency: number;
  readonly callsPerSecond: number;
  readonly untilDone: boolean;
  readonly log: LogFormat;
}

const leaseSeconds = 60;
const pollSeconds = 1;

export async function workOnWaves(flags: WorkerFlags, io: CliIo): Promise<ExitCode> {
  const log = logTo(io, flags.log);
  const found = waveServices(io.env);
  if (!found.ok) return log.failed(found.error);
  const { services, close } = found.value;
  if (services.length === 0) return log.failed([noServices()]);
  const notifiers = waveNotifiers(io.env);
  if (!notifiers.ok) return log.failed(notifiers.error);
  const dns = waveDns(io.env);
  if (!dns.ok) return log.failed(dns.error);
  const stop = onStopSignals();
  try {
    const worked = await useStore(io.env, { access: 'write', command: 'waves worker' }, async (state) =>
      ok(
        await runWaveWorker({
          state,
          services,
          notifiers: notifiers.value,
          dns: dns.value.service,
          holder: `${hostname()} ${process.pid}`,
          concurrency: Math.ceil(flags.concurrency),
          callsPerSecond: flags.callsPerSecond,
          leaseSeconds,
          pollSeconds,
          untilDone: flags.untilDone,
          signal: stop.signal,
          log: (level, message, fields) => {
            log.line({ level, message, ...fields });
          },
          onProblem: ({ message }) => {
            log.line({ level: 'error', message });
          },
        }),
      ),
    );
    if (!worked.ok) return log.failed(worked.error);
    io.stdout.write(`Machines were taken on ${worked.value.turns} times.\n`);
    return 0;
  } finally {
    await close();
    await dns.value.close();
    stop.forget();
  }
}
