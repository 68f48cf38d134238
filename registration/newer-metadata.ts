import { icebergTableLocation, metadataFileName, metadataNameRefusal } from '../core/iceberg-metadata.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import { renderRegisterTable } from './iceberg-table.js';
import { idempotencyKeyOf } from './manifest.js';
import type { ManifestEntry } from './manifest.js';

/** Whether a table is registered from an Iceberg metadata file of the source. */
export function isFromMetadata({ method }: Pick<ManifestEntry, 'method'>): boolean {
  return method === 'register' || method === 'register-rewritten';
}

/**
 * The entry, registered from another metadata file of the same table. Fails with a clause where the file is not beside the
 * one that the entry names, or Trino refuses it.
 */
export function withMetadata(entry: ManifestEntry, metadataLocation: string): Result<ManifestEntry, string> {
  const { source, target } = entry;
  const { catalog, schema, table, location } = target;
  const known = source?.metadataLocation ?? null;
  if (source === null || known === null || table === null || location === null || !isFromMetadata(entry))
    throw new Error(`Bug: ${entry.key} is not registered from a metadata file.`);
  if (known === metadataLocation) return ok(entry);
  const place = icebergTableLocation(known, source.location);
  const file = place === undefined ? undefined : metadataFileName(metadataLocation, place);
  if (file === undefined) return fail(`its metadata file ${metadataLocation} is not in the folder of ${known}`);
  const refusal = metadataNameRefusal(metadataLocation, file);
  if (refusal !== null) return fail(refusal);
  const newer = {
    ...entry,
    source: { ...source, metadataLocation },
    ...renderRegisterTable({ catalog, schema, table }, file, location),
  };
  return ok({ ...newer, idempotencyKey: idempotencyKeyOf(newer) });
}
