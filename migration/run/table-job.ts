import { setTimeout as delay } from 'node:timers/promises';
import type { TrinoClient } from '../../clients/trino/index.js';
import { messagesAndFixes } from '../../core/diagnostic.js';
import { fail } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { isFromMetadata } from '../../registration/index.js';
import type { TableEngine } from '../../registration/index.js';
import { findRun } from '../../state/index.js';
import type { JobContext, JobHandler, State } from '../../state/index.js';
import { copyJob } from '../copy/job/index.js';
import type { CopyEngine } from '../copy/copy-engine.js';
import { LiveLimits } from '../copy/limits.js';
import type { BucketLister } from '../../clients/s3/listing/index.js';
import type { HasObjects } from '../register/index.js';
import type { SourceCatalog } from '../source-metadata/index.js';
import type { RunConnections } from './connections.js';
import { needsMet } from './needs.js';
import { pinMetadata } from './pin-metadata.js';
import { prepareIceberg } from './prepare-iceberg.js';
import type { IcebergStores } from './prepare-iceberg.js';
import { registerTable } from './register-table.js';
import { formatHours, isWithin } from './run-limits.js';
import type { RunLimits } from './run-limits.js';
import { engineOf } from './table-order.js';
import type { TableOrder } from './table-order.js';

/** Both sides of a run. */
export interface RunPorts {
  /** Those that the run's settings allow. */
  readonly engines: ReadonlyMap<TableEngine, CopyEngine>;
  readonly lister: BucketLister;
  readonly catalog: SourceCatalog;
  readonly stores: IcebergStores;
  readonly trino: TrinoClient;
  /** In the target's object store. */
  readonly hasObjects: HasObjects;
}

export interface TableJobOptions {
  readonly state: Pick<State, 'db'>;
  /** The same for the same connections. */
  readonly open: (connections: RunConnections) => Result<RunPorts>;
  /** How often it is asked whether the run's limits were changed. @default 5 */
  readonly limitSeconds?: number;
  /** For tests. @default the clock */
  readonly now?: () => Date;
}

/** The queue of the jobs whose payload is a `TableOrder`. */
export const tableQueue = 'migrate-table';

/**
 * Does a table's job: asks for the newest metadata of an Iceberg table, copies its objects, makes Iceberg metadata ready, registers it in Trino and loads it. Each step can
 * be repeated and goes on from what is stored. Outside the run's hours the job waits.
 */
export function tableJob({ state, open, limitSeconds = 5, now = () => new Date() }: TableJobOptions): JobHandler {
  return async (context) => {
    const run = await findRun(state, context.job.assessment_id);
    if (run === undefined)
      return fail({ kind: 'block', reason: 'Its run was removed. Start it again with aws2openstack migrate start.' });
    const connections = run.connections as RunConnections;
    const opened = open(connections);
    if (!opened.ok) return fail({ kind: 'block', reason: messagesAndFixes(opened.error) });
    const ports = opened.value;
    const closed = (limits: RunLimits): string | undefined =>
      limits.hours === null || isWithin(limits.hours, now())
        ? undefined
        : `The run works from ${formatHours(limits.hours)} UTC only.`;

    const first = run.limits as RunLimits;
    const hours = new AbortController();
    const over = new AbortController();
    const limits = new LiveLimits(copyLimitsOf(first));
    const watch = async (): Promise<void> => {
      for (;;) {
        await delay(limitSeconds * 1000, undefined, { signal: over.signal });
        // The database may be unavailable for a moment.
        const stored = await findRun(state, context.job.assessment_id).catch(() => undefined);
        const current = stored?.limits as RunLimits | undefined;
        if (current === undefined) continue;
        if (closed(current) !== undefined) hours.abort();
        limits.change(copyLimitsOf(current));
      }
    };
    const shut = closed(first);
    if (shut !== undefined) return fail({ kind: 'wait', reason: shut });
    const watching = watch().catch(() => undefined);
    const timed = { ...context, signal: AbortSignal.any([context.signal, hours.signal]) };
    try {
      return await steps({ state, ports, connections, limits }, timed);
    } catch (error) {
      if (!hours.signal.aborted || context.signal.aborted) throw error;
      return fail({ kind: 'wait', reason: 'The hours of the run are over.' });
    } finally {
      over.abort();
      await watching;
    }
  };
}

interface StepOptions {
  readonly state: Pick<State, 'db'>;
  readonly ports: RunPorts;
  readonly connections: RunConnections;
  readonly limits: LiveLimits;
}

async function steps({ state, ports, connections, limits }: StepOptions, context: JobContext) {
  const { copy, entries: ordered, needs } = context.payload as TableOrder;
  const { engines, lister, catalog, stores } = ports;
  const engine = engines.get(engineOf(ordered));
  if (engine === undefined) throw new Error(`Bug: the run has no settings for ${engineOf(ordered)}.`);
  // Before anything is listed.
  const pinned = await pinMetadata(ordered, catalog, context);
  if (!pinned.ok) return pinned;
  const entries = pinned.value;
  const copied = await copyJob({ state, engine, lister, limits })({ ...context, payload: copy });
  if (!copied.ok) return copied;
  const met = await needsMet(state, context.job.assessment_id, needs);
  if (!met.ok) return met;
  for (const entry of entries) {
    if (!isFromMetadata(entry)) continue;
    const prepared = await prepareIceberg(entry, stores, connections, context);
    if (!prepared.ok) return prepared;
  }
  return await registerTable(entries, { state, ...ports }, connections.buckets, context);
}

function copyLimitsOf({ objectsAtOnce, partsAtOnce, bytesPerSecond }: RunLimits) {
  return { objectsAtOnce, partsAtOnce, bytesPerSecond };
}
