import { s3Transfer } from '../../clients/s3/transfer/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import { bucketLister } from '../../clients/s3/listing/index.js';
import { listRun } from '../../migration/run/index.js';
import type { ListedJob } from '../../migration/run/index.js';
import { onStopSignals } from '../../state/queue/stop-signals.js';
import { failed, printDiagnostics } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { sourceOf } from './connections.js';
import { estimateOf } from './estimate.js';
import { planRun } from './plan-run.js';
import type { PlannedRun, RunFiles } from './plan-run.js';
import { describeMigrationPlan } from './plan-view.js';

export interface MigratePlanOptions extends RunFiles {
  readonly sourceEndpointUrl?: string;
  readonly sourceRegion?: string;
  readonly listing: boolean;
  /** MB/s. */
  readonly rate: number;
  readonly json: boolean;
}

export async function planMigration(options: MigratePlanOptions, io: CliIo): Promise<ExitCode> {
  const planned = await planRun(options);
  if (!planned.ok) return failed(io, planned.error);
  try {
    printDiagnostics(io, planned.value.warnings);
    const listed = options.listing ? await list(planned.value, options, io) : ok(asAssessed(planned.value));
    if (!listed.ok) return failed(io, listed.error);
    const estimate = estimateOf(listed.value, options.rate);
    const { jobs, plan } = planned.value;
    const shown = { jobs, listed: listed.value, estimate, isListed: options.listing, blocked: plan.blocked };
    io.stdout.write(
      options.json
        ? `${JSON.stringify({ kind: 'MigrationPlan', estimate, tables: listed.value, blocked: plan.blocked })}\n`
        : describeMigrationPlan(shown),
    );
    return 0;
  } finally {
    await planned.value.remove();
  }
}

const listingConnections = 16;
const progressMs = 5000;

async function list({ jobs, plan }: PlannedRun, options: MigratePlanOptions, { stderr }: CliIo) {
  const region = options.sourceRegion ?? plan.source.region;
  const transfer = s3Transfer(sourceOf({ endpoint: options.sourceEndpointUrl ?? null, region }), {
    connections: listingConnections,
  });
  const stop = onStopSignals();
  let shownAt = performance.now();
  try {
    const listed = await listRun(jobs, bucketLister(transfer), {
      signal: stop.signal,
      onProgress: (objects) => {
        if (performance.now() - shownAt < progressMs) return;
        shownAt = performance.now();
        stderr.write(`${objects} objects listed\n`);
      },
    });
    return listed;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return fail([
      diagnostic({
        code: 'listing-stopped',
        message: 'The listing was interrupted; nothing was changed.',
        fix: 'Run it again, or with --no-listing for the sizes of the assessment.',
      }),
    ]);
  } finally {
    stop.forget();
    await transfer.close();
  }
}

/** Objects are unknown; bytes as far as the assessment knows them. */
function asAssessed({ jobs }: PlannedRun): readonly ListedJob[] {
  return jobs.map(({ key, order }) => ({
    key,
    objects: 0,
    bytes: order.entries.at(-1)?.source?.bytes ?? null,
    requests: 0,
    classes: {},
  }));
}
