import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { HeadObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { s3Client } from '../../clients/s3/index.js';
import type { S3Target } from '../../clients/s3/index.js';
import type { ObjectStore } from '../../environments/lakehouse/object-store.js';
import type { CopyOutcome, CopyTask } from '../../migration/copy/copy-engine.js';
import type { ObjectRef } from '../../clients/s3/listing/index.js';
import type { AwkwardObject } from './awkward-objects.js';

/** How the store is reached, by our clients and by the AWS SDK. */
export function storeTarget({ endpoint, accessKey, secretKey, certificate }: ObjectStore): S3Target {
  return {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    capabilities: { trailingChecksums: false },
    ...(certificate !== undefined && { ca: readFileSync(certificate, 'utf8') }),
  };
}

/** A bucket as the AWS SDK sees it: what a test puts in, and what it finds. */
export class Bucket {
  readonly client: S3Client;

  constructor(
    readonly target: S3Target,
    readonly name: string,
  ) {
    this.client = s3Client(target);
  }

  async create(): Promise<this> {
    const command = new CreateBucketCommand({ Bucket: this.name });
    // Swift takes no key for valid while its Keystone is too busy to say so.
    for (let attempt = 1; ; attempt += 1)
      try {
        await this.client.send(command);
        return this;
      } catch (error) {
        if (attempt === 5 || (error as Error).name !== 'SignatureDoesNotMatch') throw error;
        await setTimeout(attempt * 1000);
      }
  }

  async put({ key, content, headers }: AwkwardObject): Promise<void> {
    await this.client.send(new PutObjectCommand({ Bucket: this.name, Key: key, Body: content, ...headers }));
  }

  /** Exactly what is there, by `encoding-type=url`. */
  async list(): Promise<readonly ObjectRef[]> {
    const found: ObjectRef[] = [];
    for (let ContinuationToken: string | undefined; ;) {
      const page = await this.client.send(
        new ListObjectsV2Command({ Bucket: this.name, EncodingType: 'url', ContinuationToken }),
      );
      for (const { Key = '', ETag = '', Size = 0, LastModified, StorageClass = 'STANDARD' } of page.Contents ?? [])
        found.push({
          bucket: this.name,
          key: decodeURIComponent(Key.replaceAll('+', ' ')),
          versionId: null,
          etag: ETag.replaceAll('"', ''),
          size: Size,
          lastModified: LastModified?.toISOString() ?? '',
          storageClass: StorageClass,
        });
      if (page.IsTruncated !== true) return found;
      ContinuationToken = page.NextContinuationToken;
    }
  }

  async head(Key: string): Promise<HeadObjectCommandOutput> {
    return this.client.send(new HeadObjectCommand({ Bucket: this.name, Key }));
  }

  /** SHA-256 of the content, in hexadecimal. */
  async sha256(Key: string): Promise<string> {
    const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.name, Key }));
    const hash = createHash('sha256');
    for await (const chunk of Body as AsyncIterable<Uint8Array>) hash.update(chunk);
    return hash.digest('hex');
  }

  async uploads(): Promise<number> {
    return (await this.client.send(new ListMultipartUploadsCommand({ Bucket: this.name }))).Uploads?.length ?? 0;
  }
}

/** Each under its own key. */
export function* tasksFor(sources: readonly ObjectRef[], bucket: string): Generator<CopyTask> {
  for (const source of sources) yield { source, target: { bucket, key: source.key } };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Number of outcomes by state, and the codes of those that are not copied. */
export function summary(outcomes: readonly CopyOutcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state, reason } of outcomes) {
    const name = reason === undefined ? state : `${state}: ${reason.code}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

export function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
