import type { S3Client } from '@aws-sdk/client-s3';
import { s3Client } from '../../clients/s3/index.js';
import type { S3Target } from '../../clients/s3/index.js';
import { s3Transfer } from '../../clients/s3/transfer/index.js';
import type { S3Transfer } from '../../clients/s3/transfer/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { bucketLister } from '../../clients/s3/listing/index.js';
import type { BucketLister } from '../../clients/s3/listing/index.js';
import { checkTags, chosenEngine, listRun, measureSource } from '../../migration/run/index.js';
import type { ListedJob, MeasuredRate } from '../../migration/run/index.js';
import { onStopSignals } from '../../core/stop-signals.js';
import { failed, printDiagnostics } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { sourceOf } from './connections.js';
import { estimateOf } from './estimate.js';
import { planRun, sourceConnection } from './plan-run.js';
import type { PlannedRun, RunFiles, SourceOptions } from './plan-run.js';
import { describeMigrationPlan } from './plan-view.js';
import { reachSource } from './reach-source.js';

export interface MigratePlanOptions extends RunFiles, SourceOptions {
  readonly listing: boolean;
  /** MB/s. */
  readonly rate?: number;
  /** Whether the source is read for some seconds, to know the rate. */
  readonly measure?: boolean;
  readonly json: boolean;
}

export async function planMigration(options: MigratePlanOptions, io: CliIo): Promise<ExitCode> {
  const planned = await planRun(options);
  if (!planned.ok) return failed(io, planned.error);
  try {
    printDiagnostics(io, planned.value.warnings);
    const listed = options.listing ? await withSource(planned.value, options, io, list) : ok(asAssessed(planned.value));
    if (!listed.ok) return failed(io, listed.error);
    const measured = options.measure === true ? await withSource(planned.value, options, io, measure) : undefined;
    const rate = options.rate ?? (measured === undefined ? defaultRate : measured.bytesPerSecond / 1e6);
    const estimate = estimateOf(listed.value, rate);
    const { jobs, plan } = planned.value;
    const shown = {
      jobs,
      listed: listed.value,
      estimate,
      rate: { mbPerSecond: rate, measured },
      isListed: options.listing,
      blocked: plan.blocked,
    };
    io.stdout.write(
      options.json
        ? `${JSON.stringify({ kind: 'MigrationPlan', estimate, rate: shown.rate, tables: listed.value, blocked: plan.blocked })}\n`
        : describeMigrationPlan(shown),
    );
    return 0;
  } finally {
    await planned.value.remove();
  }
}

const listingConnections = 16;
const progressMs = 5000;
/** MB/s. */
const defaultRate = 100;
const measureSeconds = 10;

interface Source {
  readonly jobs: PlannedRun['jobs'];
  /** That the jobs read. */
  readonly buckets: readonly string[];
  readonly store: S3Target;
  readonly transfer: S3Transfer;
  readonly client: S3Client;
  readonly lister: BucketLister;
  readonly signal: AbortSignal;
  readonly io: CliIo;
}

async function withSource<T>(
  { jobs, plan }: PlannedRun,
  options: MigratePlanOptions,
  io: CliIo,
  use: (source: Source) => Promise<T>,
): Promise<T> {
  const store = sourceOf(sourceConnection(plan, options, io.env));
  const [transfer, client, stop] = [
    s3Transfer(store, { connections: listingConnections }),
    s3Client(store),
    onStopSignals(),
  ];
  const buckets = new Set(jobs.flatMap(({ order }) => order.copy.regions.map(({ bucket }) => bucket)));
  try {
    return await use({
      jobs,
      buckets: [...buckets],
      store,
      transfer,
      client,
      lister: bucketLister(transfer),
      signal: stop.signal,
      io,
    });
  } finally {
    stop.forget();
    client.destroy();
    await transfer.close();
  }
}

async function list({
  jobs,
  buckets,
  store,
  client,
  lister,
  signal,
  io,
}: Source): Promise<Result<readonly ListedJob[]>> {
  const reached = await reachSource(store, buckets[0], io, signal);
  if (!reached.ok) return reached;
  const { stderr } = io;
  stderr.write(`Listing ${buckets.length} ${buckets.length === 1 ? 'bucket' : 'buckets'} …\n`);
  let shownAt = performance.now();
  try {
    const listed = await listRun(jobs, lister, {
      signal,
      onProgress: (objects) => {
        if (performance.now() - shownAt < progressMs) return;
        shownAt = performance.now();
        stderr.write(`${objects} objects listed\n`);
      },
    });
    if (listed.ok) printDiagnostics(io, await checkTags(buckets, { client, lister }, signal));
    return listed;
  } catch (error) {
    if (!signal.aborted) throw error;
    return fail([
      diagnostic({
        code: 'listing-stopped',
        message: 'The listing was interrupted; nothing was changed.',
        fix: 'Run the command again, or add --no-listing to use the sizes of the assessment.',
      }),
    ]);
  }
}

async function measure({ jobs, transfer, lister, signal, io: { stderr } }: Source): Promise<MeasuredRate | undefined> {
  stderr.write(`The source is read for up to ${measureSeconds} s\n`);
  const measured = await measureSource(jobs, { transfer, lister }, { seconds: measureSeconds, signal });
  if (measured === undefined) stderr.write(`No object could be read; the rate is taken to be ${defaultRate} MB/s\n`);
  return measured;
}

/** Objects are unknown; bytes as far as the assessment knows them. */
function asAssessed({ jobs }: PlannedRun): readonly ListedJob[] {
  return jobs.map(({ key, order }) => ({
    key,
    ...chosenEngine(order.entries),
    objects: 0,
    bytes: order.entries.at(-1)?.source?.bytes ?? null,
    requests: 0,
    classes: {},
  }));
}
