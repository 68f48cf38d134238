import { messagesAndFixes } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { isFromMetadata, withMetadata } from '../../registration/index.js';
import type { ManifestEntry } from '../../registration/index.js';
import type { JobContext, JobFailure } from '../../state/index.js';
import { objectsPart } from '../copy/job/index.js';
import { newestMetadata, pinnedMetadata, pinPart, pinPhase } from '../source-metadata/index.js';
import type { PinnedMetadata, SourceCatalog } from '../source-metadata/index.js';

/**
 * The entries of a job, an Iceberg table with the metadata file that the catalog of the source names before the objects are
 * listed. It is chosen once: later attempts keep to it, because what was listed holds its files.
 */
export async function pinMetadata(
  entries: readonly ManifestEntry[],
  catalog: SourceCatalog,
  context: Pick<JobContext, 'parts' | 'checkpoint' | 'signal' | 'log'>,
): Promise<Result<readonly ManifestEntry[], JobFailure>> {
  const entry = entries.at(-1);
  const assessed = entry?.source?.metadataLocation ?? null;
  if (entry === undefined || assessed === null || !isFromMetadata(entry)) return ok(entries);
  let pinned = pinnedMetadata(context.parts.get(pinPart)?.checkpoint);
  if (pinned === undefined) {
    // What an earlier version of this program has listed may lack the files of a newer one.
    if (context.parts.has(objectsPart)) return ok(entries);
    const newest = await newestMetadata(entry, catalog, context.signal);
    if (!newest.ok) return fail({ kind: 'retry', reason: messagesAndFixes(newest.error) });
    const { metadata, reason } = newest.value;
    pinned = { metadata: metadata ?? assessed, reason };
    await keep(pinned, context);
    if (reason !== null) context.log(`its metadata stays the one that was assessed: ${reason}`);
    else if (pinned.metadata !== assessed) context.log(`its newest metadata is ${pinned.metadata}`);
  }
  const newer = withMetadata(entry, pinned.metadata);
  if (!newer.ok) throw new Error(`Bug: ${entry.key} cannot be registered from what was chosen: ${newer.error}`);
  return ok([...entries.slice(0, -1), newer.value]);
}

async function keep(pinned: PinnedMetadata, { checkpoint }: Pick<JobContext, 'checkpoint'>): Promise<void> {
  await checkpoint({
    part: pinPart,
    phase: pinPhase,
    bytesTotal: null,
    bytesDone: 0,
    filesTotal: null,
    filesDone: 0,
    rowsTotal: null,
    rowsDone: 0,
    checkpoint: pinned,
  });
}
