import { appendMetrics, latestMetrics } from '../../../state/repositories/migration-metrics.js';
import type { State } from '../../../state/store/state.js';

/** The work and the waits of copying a table, over some seconds. Names as in `migration_metrics`. */
export interface CopySample {
  readonly bytes_per_second: number;
  /** Shares of the time that requests spent; they add up to 1, or to 0 without requests. */
  readonly source_wait_ratio: number;
  readonly network_ratio: number;
  readonly target_wait_ratio: number;
  readonly limit_wait_ratio: number;
  /** How busy the process was, with all its tables. */
  readonly processor_ratio: number;
}

const names = [
  'bytes_per_second',
  'source_wait_ratio',
  'network_ratio',
  'target_wait_ratio',
  'limit_wait_ratio',
  'processor_ratio',
] as const satisfies readonly (keyof CopySample)[];

export async function storeSample(state: Pick<State, 'db'>, jobId: string, sample: CopySample): Promise<void> {
  const measuredAt = new Date();
  await appendMetrics(
    state,
    names.map((name) => ({
      migration_job_id: jobId,
      metric_name: name,
      value: sample[name],
      measured_at: measuredAt,
    })),
  );
}

/** Older ones tell nothing of what goes on. */
const freshMs = 120_000;

/** The newest sample of each job that was measured lately, by the job's id. */
export async function latestSamples(
  state: Pick<State, 'db'>,
  jobIds: readonly string[],
): Promise<ReadonlyMap<string, CopySample>> {
  if (jobIds.length === 0) return new Map();
  const metrics = await latestMetrics(state, { jobIds, names });
  const fresh = metrics.filter(({ measured_at }) => Date.now() - measured_at.getTime() < freshMs);
  const byJob = Map.groupBy(fresh, ({ migration_job_id }) => migration_job_id);
  return new Map(
    [...byJob].flatMap(([id, own]) => {
      const values = Object.fromEntries(own.map(({ metric_name, value }) => [metric_name, value]));
      return names.every((name) => name in values) ? [[id, values as unknown as CopySample]] : [];
    }),
  );
}
