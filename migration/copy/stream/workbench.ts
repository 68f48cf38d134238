import type { CopyOptions, CopyOutcome, CopyTask } from '../copy-engine.js';
import type { Buffers } from './buffers.js';
import type { Pace } from './pace.js';
import type { Ending } from './reasons.js';
import type { Retries } from '../../../clients/transfer/retry.js';
import type { S3Source } from './source.js';
import type { SourceTags } from './source-tags.js';
import type { StreamTarget, TargetRules } from './target.js';

/** The means to copy one object. */
export interface Workbench extends Pick<CopyOptions, 'limits' | 'onPart' | 'onBytes'> {
  readonly source: S3Source;
  readonly tags: SourceTags;
  readonly target: StreamTarget;
  readonly rules: TargetRules;
  readonly buffers: Buffers;
  /** Larger parts are passed on while they come. */
  readonly bufferedBytes: number;
  readonly pace: Pace;
  readonly retries: Retries;
  /** How often an object that was damaged on its way is copied, in all. */
  readonly rounds: number;
  /** Share of objects whose content is read back from the target, 0 to 1. */
  readonly readBackShare: number;
  /** Whether the source's ETag is compared where nothing else protects the content on its way. */
  readonly comparesMd5: boolean;
  /** No new part begins. */
  readonly stopping: AbortSignal;
  /** Requests end at once. */
  readonly stopped: AbortSignal;
}

export function ended(
  { source, target }: CopyTask,
  { state, reason }: Ending,
  rest: Partial<CopyOutcome> = {},
): CopyOutcome {
  return { source, target, state, sha256: null, bytes: 0, reason, ...rest };
}
