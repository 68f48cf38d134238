import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { s3Diagnostic } from '../../clients/s3/index.js';
import type { S3Target } from '../../clients/s3/index.js';
import { openInventory } from '../../clients/s3/listing/index.js';
import type { ReadInventoryObject } from '../../clients/s3/listing/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { parseS3Location } from '../../core/s3-location.js';
import type { Inventory } from './assess-bucket.js';
import type { S3AssessmentOptions } from './assess-s3.js';

/**
 * The inventories whose manifests were named, by the bucket that each is of. Reports all that cannot be read, and each of a
 * bucket that is counted from another place already: what both hold would count twice.
 */
export async function openInventories(
  { inventories, metadataTables }: Pick<S3AssessmentOptions, 'inventories' | 'metadataTables'>,
  { client, target }: { readonly client: S3Client; readonly target: S3Target },
  signal: AbortSignal,
): Promise<Result<ReadonlyMap<string, Inventory>>> {
  const opened = new Map<string, Inventory>();
  const firsts = new Map(metadataTables.map((bucket) => [bucket, `--metadata-table ${bucket}`]));
  const problems: Diagnostic[] = [];
  for (const uri of inventories) {
    const place = parseS3Location(uri);
    if (place?.key.endsWith('manifest.json') !== true) {
      problems.push(notAManifest(uri));
      continue;
    }
    const read = inventoryObjects(client, target, place.bucket);
    const manifest = await openInventory(place.key, { read, signal });
    if (!manifest.ok) {
      problems.push(...manifest.error.map((problem) => ({ ...problem, path: uri })));
      continue;
    }
    const { sourceBucket } = manifest.value;
    const first = firsts.get(sourceBucket);
    if (first !== undefined) problems.push(secondInventory(sourceBucket, [first, uri]));
    firsts.set(sourceBucket, first ?? uri);
    opened.set(sourceBucket, { source: 'inventory', manifest: manifest.value, read });
  }
  return problems.length > 0 ? fail(problems) : ok(opened);
}

/** Reads objects of one bucket. */
export function inventoryObjects(client: S3Client, target: S3Target, Bucket: string): ReadInventoryObject {
  return async (Key, abortSignal) => {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }), { abortSignal });
      return ok(Body as AsyncIterable<Uint8Array>);
    } catch (error) {
      abortSignal.throwIfAborted();
      return fail([{ ...s3Diagnostic(error, target), path: `s3://${Bucket}/${Key}` }]);
    }
  };
}

/** A bucket is counted from one place. */
function secondInventory(bucket: string, [first, second]: readonly [string, string]): Diagnostic {
  return diagnostic({
    code: 'inventory-twice',
    path: second,
    message: `The bucket '${bucket}' would be counted from two inventories, ${first} and ${second}.`,
    fix: 'Leave one of them out. If each covers part of the bucket, leave out both to have the bucket listed, or configure an inventory without a prefix.',
  });
}

function notAManifest(uri: string): Diagnostic {
  return diagnostic({
    code: 'inventory-place',
    path: '--inventory',
    message: `'${uri}' is not the address of an inventory's manifest.json.`,
    fix: 'Name it such as s3://acme-inventory/acme-raw/daily/2026-11-28T01-00Z/manifest.json; `aws s3 ls --recursive` shows them.',
  });
}
