import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { isFromMetadata } from '../../registration/index.js';
import type { ManifestEntry } from '../../registration/index.js';
import type { State } from '../../state/index.js';
import { newestMetadata } from './newest-metadata.js';
import type { SourceCatalog } from './newest-metadata.js';
import { movedMetadata } from './pinned-metadata.js';

/** That an Iceberg table went on at the source since it was moved, or that nobody knows. */
export interface MetadataChange {
  /** The newest metadata file; `null` where it is not known. */
  readonly newest: string | null;
  /** In a sentence. */
  readonly what: string;
}

/**
 * Compares the metadata file that a job has moved with the newest of the source; `null` where it is the same, and for a
 * table that is not registered from one. Fails only with what may pass. Throws the signal's reason.
 */
export async function metadataChange(
  state: Pick<State, 'db'>,
  { jobId, entry }: { readonly jobId: string; readonly entry: ManifestEntry },
  catalog: SourceCatalog,
  signal: AbortSignal,
): Promise<Result<MetadataChange | null>> {
  if (!isFromMetadata(entry)) return ok(null);
  const moved = await movedMetadata(state, jobId, entry);
  const newest = await newestMetadata(entry, catalog, signal);
  if (!newest.ok) return newest;
  const { metadata, reason } = newest.value;
  if (metadata === moved) return ok(null);
  return ok({
    newest: metadata,
    what:
      metadata === null
        ? `It is not known whether ${moved}, which was moved, is the newest metadata. ${reason ?? ''}`
        : `The newest metadata is ${metadata}; ${moved} was moved.`,
  });
}
