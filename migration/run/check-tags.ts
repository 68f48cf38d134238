import { GetObjectTaggingCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { allKeys, listRanges } from '../../clients/s3/listing/index.js';
import type { BucketLister } from '../../clients/s3/listing/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { tagPermission } from '../copy/stream/source-tags.js';

/**
 * A warning for each bucket of which tags may not be read: its objects are copied without them. Asks for the tags of one
 * object of each; what else is wrong with a bucket is found elsewhere. Source: Amazon S3 API reference, 'GetObjectTagging'.
 */
export async function checkTags(
  buckets: readonly string[],
  { client, lister }: { readonly client: S3Client; readonly lister: BucketLister },
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  const warnings: Diagnostic[] = [];
  for (const bucket of buckets) {
    const object = await anObjectOf(bucket, lister, signal);
    if (object === undefined) continue;
    const { key, versionId } = object;
    const version = versionId === null ? {} : { VersionId: versionId };
    const isDenied = await client
      .send(new GetObjectTaggingCommand({ Bucket: bucket, Key: key, ...version }), { abortSignal: signal })
      .then(() => false)
      .catch((error: unknown) => statusOf(error) === 403);
    if (isDenied) warnings.push(tagsHidden(bucket, tagPermission(versionId)));
  }
  return warnings;
}

async function anObjectOf(bucket: string, lister: BucketLister, signal: AbortSignal) {
  const pages = listRanges(lister, [{ bucket, ...allKeys }], { width: 1, signal });
  for await (const page of pages) return page.ok ? page.value[0] : undefined;
  return undefined;
}

function statusOf(error: unknown): number | undefined {
  return (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

function tagsHidden(bucket: string, permission: string): Diagnostic {
  return diagnostic({
    code: 'source-tags-denied',
    severity: 'warning',
    path: `s3://${bucket}`,
    message: "The source's credentials may not read object tags, so objects are copied without their tags.",
    fix: `Allow ${permission} on the bucket for the source's credentials, or continue if the tags do not matter.`,
  });
}
