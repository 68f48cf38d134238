import type { ManifestEntry } from '../../registration/index.js';
import { findPartCheckpoint } from '../../state/index.js';
import type { State } from '../../state/index.js';

/** The part of a table's job in `migration_progress` that keeps the metadata file that is moved. */
export const pinPart = 'source-metadata';
/** Its only phase. */
export const pinPhase = 'catalog asked';

/** The checkpoint of that part: chosen before objects are listed, so that all files of the metadata are among them. */
export interface PinnedMetadata {
  /** `s3://…` */
  readonly metadata: string;
  /** Why it is the one that was assessed, where the catalog did not tell; `null` where it did. */
  readonly reason: string | null;
}

export function pinnedMetadata(checkpoint: object | null | undefined): PinnedMetadata | undefined {
  return (checkpoint as PinnedMetadata | null | undefined) ?? undefined;
}

/** The metadata file that a job has moved, or is moving. */
export async function movedMetadata(
  state: Pick<State, 'db'>,
  jobId: string,
  { key, source }: Pick<ManifestEntry, 'key' | 'source'>,
): Promise<string> {
  const pinned = pinnedMetadata(await findPartCheckpoint(state, jobId, pinPart));
  const metadata = pinned?.metadata ?? source?.metadataLocation ?? null;
  if (metadata === null) throw new Error(`Bug: ${key} is registered and has no metadata file.`);
  return metadata;
}
