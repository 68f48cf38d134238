import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { s3Diagnostic } from '../../clients/s3/index.js';
import type { S3Target } from '../../clients/s3/index.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { parseS3Location } from '../../core/s3-location.js';

/** Whether an object lies at this location: the object itself, or one below it as a folder. */
export type HasObjects = (location: string, signal: AbortSignal) => Promise<Result<boolean>>;

/** Looks into the target's object store. */
export function objectsIn(client: S3Client, target: S3Target): HasObjects {
  return async (location, signal) => {
    const place = parseS3Location(location);
    if (place === undefined) throw new Error(`Bug: '${location}' is not a location on S3.`);
    const folder = place.key === '' || place.key.endsWith('/') ? place.key : `${place.key}/`;
    const first = async (prefix: string): Promise<readonly string[]> => {
      // Two, because the first may be the folder's marker.
      const list = new ListObjectsV2Command({ Bucket: place.bucket, Prefix: prefix, MaxKeys: 2 });
      const { Contents = [] } = await client.send(list, { abortSignal: signal });
      return Contents.map(({ Key = '' }) => Key);
    };
    try {
      if ((await first(folder)).some((key) => key !== folder)) return ok(true);
      return ok(place.key !== folder && (await first(place.key)).includes(place.key));
    } catch (error) {
      signal.throwIfAborted();
      return fail([s3Diagnostic(error, target)]);
    }
  };
}
