import type { Answers } from '../../api/answers.js';
import type { Progress } from '../../../server/events/feed.js';

export interface ShownProgress {
  readonly jobs: Progress['runs'][number]['jobs'];
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly rate: number | null;
  readonly etaSeconds: number | null;
}

/** What came live, where it did: it is newer than what was asked. */
export function progressOf(
  stored: Answers['get_migration_progress'],
  live: Progress['runs'][number] | undefined,
): ShownProgress {
  if (live !== undefined) {
    const { jobs, bytes_done, bytes_total, rate, eta_seconds } = live;
    return { jobs, bytesDone: bytes_done, bytesTotal: bytes_total, rate, etaSeconds: eta_seconds };
  }
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
    bytesDone: stored.bytes_copied,
    bytesTotal: stored.bytes_total,
    rate: stored.bytes_per_second,
    etaSeconds: stored.eta_seconds,
  };
}
