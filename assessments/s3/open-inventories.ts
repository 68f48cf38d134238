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

/** The inventories whose manifests were named, by the bucket that each is of. Reports all that cannot be read. */
export async function openInventories(
  manifests: readonly string[],
  { client, target }: { readonly client: S3Client; readonly target: S3Target },
  signal: AbortSignal,
): Promise<Result<ReadonlyMap<string, Inventory>>> {
  const opened = new Map<string, Inventory>();
  const problems: Diagnostic[] = [];
  for (const uri of manifests) {
    const place = parseS3Location(uri);
    if (place?.key.endsWith('manifest.json') !== true) {
      problems.push(notAManifest(uri));
      continue;
    }
    const read = inventoryObjects(client, target, place.bucket);
    const manifest = await openInventory(place.key, { read, signal });
    if (manifest.ok) opened.set(manifest.value.sourceBucket, { source: 'inventory', manifest: manifest.value, read });
    else problems.push(...manifest.error.map((problem) => ({ ...problem, path: uri })));
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

function notAManifest(uri: string): Diagnostic {
  return diagnostic({
    code: 'inventory-place',
    path: '--inventory',
    message: `'${uri}' is not the address of an inventory's manifest.json.`,
    fix: 'Name it such as s3://acme-inventory/acme-raw/daily/2026-11-28T01-00Z/manifest.json; `aws s3 ls --recursive` shows them.',
  });
}
