import type { S3Client } from '@aws-sdk/client-s3';
import { s3Diagnostic } from '../../../clients/s3/index.js';
import type { S3Target } from '../../../clients/s3/index.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import { cors, ownership, policy, publicAccessBlock, website } from './access.js';
import { intelligentTiering, lifecycle, notifications, replication } from './data-movement.js';
import { acceleration, inventory, logging, metadataTables, requesterPays, tags } from './management.js';
import { encryption, objectLock, versioning } from './protection.js';
import type { Judgement, Setting, SettingName } from './setting.js';

/** In the order of the report. */
const settings: readonly Setting[] = [
  versioning,
  encryption,
  objectLock,
  lifecycle,
  intelligentTiering,
  replication,
  notifications,
  policy,
  publicAccessBlock,
  ownership,
  website,
  cors,
  logging,
  tags,
  acceleration,
  requesterPays,
  inventory,
  metadataTables,
];

/** A setting that a bucket has. */
export interface BucketSetting extends Judgement {
  readonly setting: SettingName;
}

export interface UnreadSetting {
  readonly setting: SettingName;
  /** `unknown-to-store`: an emulator or another store does not have it. */
  readonly because: 'denied' | 'failed' | 'no-bucket' | 'unknown-to-store';
  /** The IAM action that allows it to be read. */
  readonly action: string;
  readonly message: string;
}

export interface SettingsOfBucket {
  readonly set: readonly BucketSetting[];
  readonly unread: readonly UnreadSetting[];
}

/** A problem that makes every further request pointless. */
export class StoreUnusable extends Error {
  constructor(readonly diagnostic: Diagnostic) {
    super(diagnostic.message);
  }
}

/**
 * Reads every setting of a bucket. One that cannot be read does not keep the others from it. Throws `StoreUnusable` when the
 * store cannot be reached or does not accept the credentials.
 */
export async function readSettings(client: S3Client, target: S3Target, bucket: string): Promise<SettingsOfBucket> {
  const outcomes = await Promise.all(settings.map((setting) => readOne(client, target, bucket, setting)));
  return {
    set: outcomes.flatMap((outcome) => (outcome !== null && 'found' in outcome ? [outcome] : [])),
    unread: outcomes.flatMap((outcome) => (outcome !== null && 'because' in outcome ? [outcome] : [])),
  };
}

async function readOne(
  client: S3Client,
  target: S3Target,
  bucket: string,
  { name, action, read }: Setting,
): Promise<BucketSetting | UnreadSetting | null> {
  try {
    const judgement = await read(client, bucket);
    return judgement === null ? null : { setting: name, ...judgement };
  } catch (error) {
    const { name: code, $metadata } = error as {
      readonly name: string;
      readonly $metadata?: { httpStatusCode?: number };
    };
    const status = $metadata?.httpStatusCode;
    // Source: Amazon S3 API reference, 'Error responses': NoSuchBucketPolicy and its like.
    if (status === 404 && code !== 'NoSuchBucket') return null;
    const failure = s3Diagnostic(error, target);
    if (unusable.has(failure.code) || badCredentials.has(code)) throw new StoreUnusable(failure);
    const { message } = failure;
    const unread = { setting: name, action, message };
    if (code === 'NoSuchBucket') return { ...unread, because: 'no-bucket' };
    if (code === 'AccessDenied' || status === 403) return { ...unread, because: 'denied' };
    const isUnknown = status === 501 || status === 405 || code === 'NotImplemented' || code === 'MethodNotAllowed';
    return { ...unread, because: isUnknown ? 'unknown-to-store' : 'failed' };
  }
}

const unusable = new Set(['s3-unreachable', 's3-timeout', 's3-certificate', 's3-no-credentials']);
const badCredentials = new Set(['ExpiredToken', 'InvalidAccessKeyId', 'InvalidToken', 'SignatureDoesNotMatch']);
