import { s3Client } from '../s3/index.js';
import type { S3Target } from '../s3/index.js';

export interface S3RemoteOptions {
  /** As rclone names it: what kind of store answers. */
  readonly provider: 'AWS' | 'Ceph' | 'Other';
  /** Parts of one object that are written at the same time. */
  readonly partsAtOnce: number;
}

/** A store as rclone takes it. It holds secrets: never print it. */
export interface RcloneRemote {
  /** Without the bucket. */
  readonly connection: string;
  readonly secrets: readonly string[];
}

/** Objects of more than this are written in parts. */
export const uploadCutoffBytes = 16 * 1024 * 1024;

/**
 * The connection string of an S3-compatible store, with its credentials of now, as the AWS SDK finds them. Names of objects
 * are taken as they are, nothing is looked at before or after an upload, and no bucket is made.
 * Source: rclone documentation, 'Connection strings', 'Amazon S3'.
 */
export function s3Remote(target: S3Target): (options: S3RemoteOptions) => Promise<RcloneRemote> {
  const { config } = s3Client(target);
  return async ({ provider, partsAtOnce }) => {
    const { accessKeyId, secretAccessKey, sessionToken } = await config.credentials();
    const settings: Readonly<Record<string, string | undefined>> = {
      provider,
      endpoint: target.endpoint,
      region: target.region,
      access_key_id: accessKeyId,
      secret_access_key: secretAccessKey,
      session_token: sessionToken,
      requester_pays: target.requesterPays === true ? 'true' : undefined,
      encoding: 'None',
      no_check_bucket: 'true',
      no_head: 'true',
      disable_checksum: 'true',
      upload_cutoff: `${uploadCutoffBytes}B`,
      upload_concurrency: String(partsAtOnce),
    };
    const pairs = Object.entries(settings).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}="${value.replaceAll('"', '""')}"`],
    );
    return {
      connection: `:s3,${pairs.join(',')}`,
      secrets: [secretAccessKey, ...(sessionToken === undefined ? [] : [sessionToken])],
    };
  };
}
