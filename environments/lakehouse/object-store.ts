import {
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { s3Client } from '../../clients/s3/index.js';

/** The values of `target.objectStore.type`, each with the script that runs a real one. */
const scripts = { 'ceph-rgw': 'object-store/object-store.sh', swift: 'swift/swift.sh' } as const;
export type ObjectStoreType = keyof typeof scripts;
export const objectStoreTypes = Object.keys(scripts) as ObjectStoreType[];

/** The type of an object store and the folder of its data. */
export interface ObjectStorePlace {
  readonly type: ObjectStoreType;
  readonly folder: string;
}

/** A real Ceph with its gateway, or a real Swift with its S3 layer. It runs until it is stopped. */
export class ObjectStore {
  private constructor(
    readonly type: ObjectStoreType,
    readonly endpoint: string,
    readonly accessKey: string,
    readonly secretKey: string,
    /** PEM file of its certificate; undefined where it has none, or a publicly trusted one. */
    readonly certificate: string | undefined,
    /** Of Swift: the `OS_*` variables by which its own API is reached. */
    readonly openstack: Readonly<Record<string, string>>,
  ) {}

  /** Starts the servers that are not running. */
  static async start(place: ObjectStorePlace): Promise<ObjectStore> {
    await script('start', place);
    const settings = new Map(
      (await script('env', place))
        .trim()
        .split('\n')
        .map((line): [string, string] => {
          const [name = '', value = ''] = line.replace('export ', '').split('=');
          return [name, value];
        }),
    );
    const setting = (name: string): string => settings.get(name) ?? '';
    return new ObjectStore(
      place.type,
      setting('AWS_ENDPOINT_URL'),
      setting('AWS_ACCESS_KEY_ID'),
      setting('AWS_SECRET_ACCESS_KEY'),
      settings.get('AWS_CA_BUNDLE'),
      Object.fromEntries([...settings].filter(([name]) => name.startsWith('OS_'))),
    );
  }

  static async stop(place: ObjectStorePlace): Promise<void> {
    await script('stop', place);
  }

  static isRunning(place: ObjectStorePlace): Promise<boolean> {
    return script('status', place).then(
      () => true,
      () => false,
    );
  }

  /** Buckets that exist stay. */
  async createBuckets(names: readonly string[]): Promise<void> {
    await this.withClient(async (client) => {
      for (const Bucket of names)
        await client.send(new CreateBucketCommand({ Bucket })).catch((error: unknown) => {
          // Swift's answer for an existing bucket; Ceph reports no error.
          if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
        });
    });
  }

  /** Uploads every file of a folder under its relative path. Returns their number. */
  async upload(source: string, bucket: string): Promise<number> {
    const files = readdirSync(source, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    await this.put(bucket, contentOf(source, files));
    return files.length;
  }

  /** Puts objects by key. */
  async put(bucket: string, objects: Iterable<readonly [key: string, content: Uint8Array]>): Promise<void> {
    await this.withClient(async (client) => {
      for (const [Key, Body] of objects) await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    });
  }

  /** Removes a bucket with everything in it. */
  async removeBucket(Bucket: string): Promise<void> {
    await this.withClient(async (client) => {
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket }))
        for (let first = 0; first < Contents.length; first += 30)
          await Promise.all(
            Contents.slice(first, first + 30).map(({ Key }) => client.send(new DeleteObjectCommand({ Bucket, Key }))),
          );
      await client.send(new DeleteBucketCommand({ Bucket }));
    });
  }

  /** The number of objects in a bucket, up to a thousand. */
  async count(Bucket: string): Promise<number> {
    return this.withClient(async (client) => (await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount ?? 0);
  }

  private async withClient<T>(use: (client: S3Client) => Promise<T>): Promise<T> {
    const client = s3Client({
      endpoint: this.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: this.accessKey, secretAccessKey: this.secretKey },
      ...(this.certificate !== undefined && { ca: readFileSync(this.certificate, 'utf8') }),
    });
    try {
      return await use(client);
    } finally {
      client.destroy();
    }
  }
}

function* contentOf(folder: string, files: readonly Dirent[]): Generator<readonly [key: string, content: Uint8Array]> {
  for (const { parentPath, name } of files) {
    const file = join(parentPath, name);
    yield [relative(folder, file), readFileSync(file)];
  }
}

async function script(command: string, { type, folder }: ObjectStorePlace): Promise<string> {
  const path = join(import.meta.dirname, '..', scripts[type]);
  return (await promisify(execFile)(path, [command, '--data', folder], { timeout: 180_000 })).stdout;
}
