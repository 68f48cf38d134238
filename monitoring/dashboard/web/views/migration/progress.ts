import type { Answers } from '../../api/answers.js';
import type { MigrationProgress } from '../../../../figures/progress.js';

export type ShownProgress = Pick<
  MigrationProgress,
  'jobs' | 'bytes_copied' | 'bytes_total' | 'not_listed' | 'rate' | 'eta_seconds' | 'bottleneck'
>;

/** The live progress if there is any: it is newer than the answer. Both are the same figures of the same store. */
export function progressOf(
  stored: Answers['get_migration_progress'],
  live: MigrationProgress | undefined,
): ShownProgress {
  if (live !== undefined) return live;
  const { pending, running, paused, completed, failed, cancelled } = stored.jobs;
  return {
    jobs: {
      PENDING: pending,
      RUNNING: running,
      PAUSED: paused,
      COMPLETED: completed,
      FAILED: failed,
      CANCELLED: cancelled,
    },
    bytes_copied: stored.bytes_copied,
    bytes_total: stored.bytes_total,
    not_listed: stored.jobs_not_listed,
    rate: stored.bytes_per_second,
    eta_seconds: stored.eta_seconds,
    bottleneck: stored.bottleneck,
  };
}
