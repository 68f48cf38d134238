import type { Result } from '../../core/result.js';
import type { Checkpoint, PartProgress } from '../repositories/job-progress.js';
import type { MigrationJob } from '../repositories/migration-jobs.js';

/**
 * Does one job, from its last checkpoints to its end. It may be run again after any line of it, so each of its effects
 * must bear repetition. What it throws counts as a failure of the kind `retry`.
 */
export type JobHandler = (context: JobContext) => Promise<Result<void, JobFailure>>;

/** By the name of the queue. */
export type JobHandlers = Readonly<Record<string, JobHandler>>;

export interface JobFailure {
  /**
   * - `retry`: another attempt may succeed; tried again after a while, then FAILED.
   * - `stop`: no attempt can succeed; FAILED at once.
   * - `block`: a person must act; PAUSED with the reason until it is resumed.
   */
  readonly kind: 'retry' | 'stop' | 'block';
  /** For people; credentials are masked. */
  readonly reason: string;
}

/** What a handler is given. */
export interface JobContext {
  /** As it was taken. */
  readonly job: MigrationJob;
  /** As it was enqueued. */
  readonly payload: object;
  /** The last checkpoint of each part, by the part's name. */
  readonly parts: ReadonlyMap<string, PartProgress>;
  /**
   * Aborted when the handler must end at once: the job was cancelled or has another holder, or a pause or a stop has
   * waited for a checkpoint long enough. Pass it to everything that takes time.
   */
  readonly signal: AbortSignal;
  /**
   * Stores how far a part is. Throws `JobInterrupted`, which the handler lets through, when the job is to end here: it was
   * paused or the worker is to stop (then this checkpoint is stored), or the job is lost or cancelled (then it is not).
   */
  readonly checkpoint: (done: Checkpoint) => Promise<void>;
  /** Tells whoever watches the worker. */
  readonly log: (message: string) => void;
}

/** Why a job ends before its handler is done. */
export type Interruption = 'lost' | 'cancelled' | 'paused' | 'stopped';

/** Ends a handler at a checkpoint. Also the reason of an aborted `signal`. */
export class JobInterrupted extends Error {
  override readonly name = 'JobInterrupted';

  constructor(readonly interruption: Interruption) {
    super(`The job ends here: ${interruption}.`);
  }
}
