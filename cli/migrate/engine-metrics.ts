import { setTimeout as delay } from 'node:timers/promises';
import { cloudWatchClient, readEngineMetrics } from '../../clients/cloudwatch/index.js';
import { messagesAndFixes } from '../../core/diagnostic.js';
import type { RunConnections } from '../../migration/run/index.js';
import { findRun, openRuns } from '../../state/index.js';
import type { State } from '../../state/index.js';
import { storeEngineMetrics } from '../../state/repositories/engine-metrics.js';
import type { Log } from '../log.js';
import { sourceOf } from './connections.js';

const intervalMs = 60_000;
/** CloudWatch tells some values minutes late; what is stored already is not stored twice. */
const lateMs = 15 * 60_000;

/**
 * Stores what CloudWatch says of DMS, DataSync and Glue at the sources of open runs, every minute until the signal. A
 * failure is logged when it begins, and ends nothing.
 */
export async function followEngineMetrics(
  state: State,
  { queues, log, signal }: { readonly queues: readonly string[]; readonly log: Log; readonly signal: AbortSignal },
): Promise<void> {
  let failing = '';
  while (!signal.aborted) {
    const problem = await readOnce(state, queues).catch((error: unknown) => (error as Error).message);
    if (problem !== undefined && problem !== failing) log.line({ level: 'error', message: problem });
    failing = problem ?? '';
    await delay(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}

async function readOnce(state: State, queues: readonly string[]): Promise<string | undefined> {
  const open = (await Promise.all(queues.map((queue) => openRuns(state, queue)))).flat();
  const runs = await Promise.all(open.map(({ assessmentId }) => findRun(state, assessmentId)));
  const sources = new Map(
    runs.flatMap((run) => {
      if (run === undefined) return [];
      const { source } = run.connections as RunConnections;
      return [[JSON.stringify(source), source] as const];
    }),
  );
  for (const source of sources.values()) {
    const client = cloudWatchClient(sourceOf(source));
    const now = Date.now();
    const read = await readEngineMetrics(client, { from: new Date(now - lateMs), to: new Date(now) });
    client.destroy();
    if (!read.ok) return messagesAndFixes(read.error);
    await storeEngineMetrics(state, read.value);
  }
  return undefined;
}
