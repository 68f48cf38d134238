import type { S3Source } from '../stream/source.js';
import { withRetries } from '../../../clients/transfer/retry.js';
import type { CopyOptions, CopyOutcome, CopyTask } from '../copy-engine.js';
import type { Fallback } from '../proof/fallback.js';
import { hashSource } from '../proof/hash-source.js';
import type { SourceContent } from '../proof/hash-source.js';
import { proveCopy } from '../proof/prove-copy.js';
import type { Readers } from '../proof/readers.js';
import { isAborted } from '../stop-after.js';
import { notesFor } from '../stream/notes.js';
import type { LeftBehind } from '../stream/notes.js';
import { interruptedEnding } from '../stream/reasons.js';
import { hiddenTags } from '../stream/source-tags.js';
import { ended } from '../stream/workbench.js';
import type { TransferEnd } from './run-transfer.js';

export interface ProofBench extends Readers, Pick<CopyOptions, 'onBytes'> {
  readonly fallback: Fallback;
  readonly keepsTags: boolean;
  /** Reads the tags of what is at the target. */
  readonly targetTags: S3Source['tags'];
}

const nothingAdded: ReadonlySet<string> = new Set();

/** Counts an object as copied if both ends have the same; otherwise the other engine copies it. */
export async function proveObject(task: CopyTask, end: TransferEnd, bench: ProofBench): Promise<CopyOutcome> {
  const { report, ending } = end;
  const { source } = task;
  if (isAborted(bench.stopping)) return ended(task, interruptedEnding(source));
  if (ending !== undefined && !report.transferred.has(source.key)) return ended(task, ending);
  const content = await hashSource(task, bench);
  if (!content.ok)
    return typeof content.error === 'string' ? bench.fallback.copy(task, content.error) : ended(task, content.error);
  const failure = report.failed.get(source.key);
  if (failure !== undefined) return bench.fallback.copy(task, `DataSync says: ${failure}`);
  const proved = await proveCopy(task, content.value, bench, nothingAdded);
  if (!proved.ok) return doubtful(task, proved.error, bench);
  const tags = await sameTags(task, content.value, bench);
  if (!tags) return doubtful(task, 'its tags are others', bench);
  bench.onBytes?.(source.size);
  const left = [...content.value.properties.left, ...tagsLeft(task, content.value, bench)];
  return left.length === 0 ? proved.value : { ...proved.value, notes: notesFor(source, left) };
}

function doubtful(task: CopyTask, why: string, { fallback, stopping }: ProofBench): Promise<CopyOutcome> | CopyOutcome {
  if (isAborted(stopping)) return ended(task, interruptedEnding(task.source));
  return fallback.copy(task, `after DataSync had copied it, ${why}`);
}

function tagsLeft({ source }: CopyTask, { tagCount }: SourceContent, { keepsTags }: ProofBench): readonly LeftBehind[] {
  if (tagCount === 0) return [];
  if (tagCount !== 'hidden') return keepsTags ? [] : ['its tags'];
  if (!keepsTags) return [hiddenTags(source)];
  // DataSync has read them by its own role.
  const { what, fix } = hiddenTags(source);
  return [{ what: `a comparison of ${what}`, fix }];
}

async function sameTags(
  { source: ref, target: place }: CopyTask,
  { tagCount }: SourceContent,
  { source, targetTags, keepsTags, retries, stopping, stopped }: ProofBench,
): Promise<boolean> {
  if (tagCount === 0 || tagCount === 'hidden' || !keepsTags) return true;
  const [ours, theirs] = await Promise.all([
    withRetries(() => source.tags(ref, stopped), retries, stopping),
    withRetries(() => targetTags({ ...ref, ...place, versionId: null }, stopped), retries, stopping),
  ]);
  if (!ours.ok || !theirs.ok) return false;
  const sorted = (tags: string): string => tags.split('&').sort().join('&');
  return sorted(ours.value) === sorted(theirs.value);
}
