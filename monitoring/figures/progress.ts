import { bottleneckOf } from '../../migration/copy/job/bottleneck.js';
import type { Bottleneck } from '../../migration/copy/job/bottleneck.js';
import { latestSamples } from '../../migration/copy/job/samples.js';
import { jobsByStatus, runningJobs } from '../../state/repositories/live-progress.js';
import type { JobsByStatus, RunningJob } from '../../state/repositories/live-progress.js';
import { moveFigures, nothingToMove } from '../../state/repositories/move-figures.js';
import type { MoveFigures } from '../../state/repositories/move-figures.js';
import type { State } from '../../state/store/state.js';

/** How far the migration of an assessment is, wherever it is shown. */
export interface MigrationProgress extends MoveFigures {
  /** UUID. */
  readonly assessment: string;
  readonly jobs: JobsByStatus;
  /** Bytes a second, of all its tables that are copied; `null` where none was measured lately. */
  readonly rate: number | null;
  /** At that rate; `null` without one. */
  readonly eta_seconds: number | null;
  /** The resource that most of the running copies wait for. */
  readonly bottleneck: Bottleneck | null;
}

export interface MeasuredJob extends RunningJob {
  readonly rate: number | null;
  readonly bottleneck: Bottleneck | null;
}

export interface MigrationsProgress {
  readonly runs: readonly MigrationProgress[];
  /** The jobs that workers hold, the longest running first. */
  readonly running: readonly MeasuredJob[];
}

/** More workers than a run has; the rate is theirs together. */
const runningMeasured = 200;

/** In the order of `assessments`, which are UUIDs. */
export async function progressOf(
  state: Pick<State, 'db'>,
  assessments: readonly string[],
): Promise<MigrationsProgress> {
  if (assessments.length === 0) return { runs: [], running: [] };
  const jobs = await jobsByStatus(state, assessments);
  const figures = await moveFigures(state, assessments);
  const held = await runningJobs(state, { assessments, limit: runningMeasured });
  const samples = await latestSamples(
    state,
    held.map(({ id }) => id),
  );
  const running = held.map((job): MeasuredJob => {
    const sample = samples.get(job.id);
    return {
      ...job,
      rate: sample?.bytes_per_second ?? null,
      bottleneck: (sample && bottleneckOf(sample)) ?? null,
    };
  });
  const runs = [...jobs].map(([assessment, own]): MigrationProgress => {
    const moved = figures.get(assessment) ?? nothingToMove;
    const measured = running.filter((job) => job.assessment === assessment);
    const rate = rateOf(measured);
    return {
      assessment,
      jobs: own,
      ...moved,
      rate,
      eta_seconds: rate === null || rate === 0 ? null : (moved.bytes_total - moved.bytes_copied) / rate,
      bottleneck: mostFrequent(measured.flatMap(({ bottleneck }) => bottleneck ?? [])),
    };
  });
  return { runs, running };
}

function rateOf(jobs: readonly MeasuredJob[]): number | null {
  const rates = jobs.flatMap(({ rate }) => rate ?? []);
  return rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0);
}

function mostFrequent(bottlenecks: readonly Bottleneck[]): Bottleneck | null {
  const counted = [...Map.groupBy(bottlenecks, (bottleneck) => bottleneck)];
  return counted.sort(([, one], [, other]) => other.length - one.length)[0]?.[0] ?? null;
}
