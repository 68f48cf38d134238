import type { Result } from '../../core/result.js';
import type { Checkpoint, PartProgress } from '../repositories/job-progress.js';
import type { MigrationJob } from '../repositories/migration-jobs.js';

/**
 * Runs one job from its last checkpoints to its end. It may be interrupted at any point and run again, so each of its
 * effects must be repeatable. An error that it throws counts as a failure of the kind `retry`.
 */
export type JobHandler = (context: JobContext) => Promise<Result<void, JobFailure>>;

/** By the name of the queue. */
export type JobHandlers = Readonly<Record<string, JobHandler>>;

export interface JobFailure {
  /**
   * - `retry`: another attempt may succeed; retried after a delay, and FAILED after too many attempts.
   * - `wait`: nothing failed, but other work must be done first; taken again after a delay, as often as it takes.
   * - `stop`: no attempt can succeed; FAILED at once.
   * - `block`: a person must act; PAUSED with the reason until it is resumed.
   */
  readonly kind: 'retry' | 'wait' | 'stop' | 'block';
  /** For people; credentials are masked. */
  readonly reason: string;
}

/** The input of a handler. */
export interface JobContext {
  /** As it was when the worker took it. */
  readonly job: MigrationJob;
  /** As it was enqueued. */
  readonly payload: object;
  /** The last checkpoint of each part, by the part's name. */
  readonly parts: ReadonlyMap<string, PartProgress>;
  /**
   * Aborted when the handler must end at once: the job was cancelled or has another holder, or no checkpoint followed a
   * pause or a stop in time. Also aborted when the handler has ended, for what it left running. Pass it to everything that
   * takes time.
   */
  readonly signal: AbortSignal;
  /**
   * Stores the progress of a part. Throws `JobInterrupted`, which the handler must not catch, when the job is to end here:
   * it was paused or the worker is to stop (this checkpoint is then stored), or the job is lost or cancelled, or the handler has
   * already ended (it is not).
   */
  readonly checkpoint: (done: Checkpoint) => Promise<void>;
  /** Sends a message to observers of the worker. */
  readonly log: (message: string) => void;
}

/** Ends a job: another attempt would reach the same checkpoint. */
export class UnstorableCheckpoint extends Error {
  constructor(part: string) {
    super(
      `The checkpoint of the part '${part}' contains NUL or an unpaired surrogate, which PostgreSQL cannot store; the handler must encode it.`,
    );
  }
}

/** Why a job ends before its handler has finished. */
export type Interruption = 'lost' | 'cancelled' | 'paused' | 'stopped';

/** Ends a handler at a checkpoint. Also the reason of an aborted `signal`. */
export class JobInterrupted extends Error {
  override readonly name = 'JobInterrupted';

  constructor(readonly interruption: Interruption) {
    super(`The job ends here: ${interruption}.`);
  }
}
