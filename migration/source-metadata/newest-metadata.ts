import { mayAnswerLater } from '../../clients/glue/index.js';
import type { GlueTables } from '../../clients/glue/index.js';
import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { withMetadata } from '../../registration/index.js';
import type { ManifestEntry } from '../../registration/index.js';

/** A catalog that knows which metadata file of an Iceberg table is current. */
export type SourceCatalog = Pick<GlueTables, 'metadataOf'>;

export interface NewestMetadata {
  /** A file from which the table can be registered: `s3://…`; `null` where none is known. */
  readonly metadata: string | null;
  /** Why none is known, in a sentence. */
  readonly reason: string | null;
}

/**
 * Asks the catalog of the source for the metadata file of a table that is registered from one. Fails only with what may
 * pass. Throws the signal's reason.
 */
export async function newestMetadata(
  entry: ManifestEntry,
  catalog: SourceCatalog,
  signal: AbortSignal,
): Promise<Result<NewestMetadata>> {
  const { database = '', table } = entry.source ?? {};
  const asked = await catalog.metadataOf({ database, table: table ?? '' }, signal);
  if (!asked.ok)
    return mayAnswerLater(asked.error)
      ? asked
      : ok({ metadata: null, reason: asked.error.map(({ message }) => message).join(' ') });
  const usable = withMetadata(entry, asked.value);
  return usable.ok
    ? ok({ metadata: asked.value, reason: null })
    : ok({
        metadata: null,
        reason: `The newest metadata of ${database}.${table ?? ''} cannot be taken: ${usable.error}.`,
      });
}
