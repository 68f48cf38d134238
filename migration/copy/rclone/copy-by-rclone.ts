import { uploadCutoffBytes } from '../../../clients/rclone/index.js';
import type { RcloneRemote } from '../../../clients/rclone/index.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import { withRetries } from '../../../clients/transfer/retry.js';
import type { CopyOptions, CopyOutcome, CopyTask } from '../copy-engine.js';
import type { Fallback } from '../proof/fallback.js';
import { hashSource } from '../proof/hash-source.js';
import { proveCopy } from '../proof/prove-copy.js';
import type { Readers } from '../proof/readers.js';
import { isAborted } from '../stop-after.js';
import { notesFor } from '../stream/notes.js';
import { interruptedEnding } from '../stream/reasons.js';
import type { Ending } from '../stream/reasons.js';
import { hiddenTags } from '../stream/source-tags.js';
import { ended } from '../stream/workbench.js';
import { addedMetadata, lostByRclone } from './carried.js';
import { isPathLike } from '../proof/path-like.js';
import type { RunningRclone } from './running-rclone.js';

export interface RcloneBench extends Readers, Pick<CopyOptions, 'onBytes'> {
  readonly running: RunningRclone;
  readonly fallback: Fallback;
  /** With the credentials of now. */
  readonly remotes: {
    source(): Promise<RcloneRemote>;
    target(): Promise<RcloneRemote>;
  };
}

/** An obstacle: an outcome, or what to tell when another engine copies the object, as a clause. */
type Obstacle = Ending | string;

/** Copies an object by rclone and proves it; what rclone does not carry exactly goes to the other engine. */
export async function copyByRclone(task: CopyTask, bench: RcloneBench): Promise<CopyOutcome> {
  const { source, target } = task;
  const instead = (obstacle: Obstacle): Promise<CopyOutcome> | CopyOutcome => {
    if (typeof obstacle !== 'string') return ended(task, obstacle);
    if (isAborted(bench.stopping)) return ended(task, interruptedEnding(source));
    return bench.fallback.copy(task, obstacle);
  };
  if (isAborted(bench.stopping)) return ended(task, interruptedEnding(source));
  if (task.resume !== undefined) return instead('it goes on where an earlier attempt has ended');
  if (!isPathLike(target.key) || !isPathLike(source.key)) return instead('rclone might write it under another key');
  const content = await hashSource(task, bench);
  if (!content.ok) return instead(content.error);
  const lost = lostByRclone(content.value);
  if (lost !== undefined) return instead(lost);
  const obstacle = await carry(task, bench);
  if (obstacle !== undefined) return instead(obstacle);
  const proved = await proveCopy(task, content.value, bench, addedMetadata);
  if (!proved.ok) return instead(`after rclone had copied it, ${proved.error}`);
  bench.onBytes?.(source.size);
  if (content.value.tagCount !== 'hidden') return proved.value;
  return { ...proved.value, notes: notesFor(source, [hiddenTags(source)]) };
}

/** Until rclone has an answer; a process that was killed is started again. */
async function carry(task: CopyTask, bench: RcloneBench): Promise<Obstacle | undefined> {
  const { running, target, remotes, retries, stopping, stopped } = bench;
  while (!isAborted(stopping)) {
    const rclone = await running.get();
    if (!rclone.ok) return rclone.error === 'used-up' ? 'rclone has ended again and again' : refusal(rclone.error);
    if (task.source.size > uploadCutoffBytes) {
      // What a killed process has left.
      const cleared = await withRetries(() => target.abortOthers(task.target, stopped), retries, stopping);
      if (!cleared.ok) return `unfinished uploads cannot be removed (${cleared.error.code})`;
    }
    const sides = await Promise.all([remotes.source(), remotes.target()]).catch(withoutCredentials);
    if (sides === undefined) return 'rclone was given no credentials, because none were found';
    const [from, to] = sides;
    const copied = await rclone.value.copyFile(
      { remote: from, bucket: task.source.bucket, key: task.source.key },
      { remote: to, bucket: task.target.bucket, key: task.target.key },
      stopped,
    );
    if (copied.ok) return undefined;
    if (copied.error.kind === 'refused') return `rclone says: ${copied.error.reason}`;
    if (!isAborted(stopping)) await running.lose(rclone.value);
  }
  return interruptedEnding(task.source);
}

function refusal([reason]: readonly Diagnostic[]): Obstacle {
  return reason === undefined ? 'rclone cannot be started' : { state: 'refused', reason };
}

/** The other engine finds them, or says what is missing. */
function withoutCredentials(error: unknown): undefined {
  if ((error as Partial<Error>).name !== 'CredentialsProviderError') throw error;
}
