import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

/** A real Ceph with its gateway, which keeps its data (see object-store.sh). It lasts until it is stopped. */
export class ObjectStore {
  private constructor(
    readonly endpoint: string,
    readonly accessKey: string,
    readonly secretKey: string,
  ) {}

  /** Starts what of it does not run. */
  static async start(folder: string): Promise<ObjectStore> {
    await script('start', folder);
    const settings = new Map(
      (await script('env', folder))
        .trim()
        .split('\n')
        .map((line): [string, string] => {
          const [name = '', value = ''] = line.replace('export ', '').split('=');
          return [name, value];
        }),
    );
    const setting = (name: string): string => settings.get(name) ?? '';
    return new ObjectStore(setting('AWS_ENDPOINT_URL'), setting('AWS_ACCESS_KEY_ID'), setting('AWS_SECRET_ACCESS_KEY'));
  }

  static async stop(folder: string): Promise<void> {
    await script('stop', folder);
  }

  static isRunning(folder: string): Promise<boolean> {
    return script('status', folder).then(
      () => true,
      () => false,
    );
  }

  /** Those that exist stay. */
  async createBuckets(names: readonly string[]): Promise<void> {
    await this.withClient(async (client) => {
      for (const Bucket of names) await client.send(new CreateBucketCommand({ Bucket }));
    });
  }

  /** Every file of a folder, under its path. Returns how many. */
  async upload(source: string, bucket: string): Promise<number> {
    const files = readdirSync(source, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    await this.withClient(async (client) => {
      for (const { parentPath, name } of files) {
        const file = join(parentPath, name);
        const object = { Bucket: bucket, Key: relative(source, file), Body: readFileSync(file) };
        await client.send(new PutObjectCommand(object));
      }
    });
    return files.length;
  }

  /** How many objects are in a bucket, up to a thousand. */
  async count(Bucket: string): Promise<number> {
    return this.withClient(async (client) => (await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount ?? 0);
  }

  private async withClient<T>(use: (client: S3Client) => Promise<T>): Promise<T> {
    const client = new S3Client({
      endpoint: this.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: this.accessKey, secretAccessKey: this.secretKey },
    });
    try {
      return await use(client);
    } finally {
      client.destroy();
    }
  }
}

async function script(command: string, folder: string): Promise<string> {
  const path = join(import.meta.dirname, '..', 'object-store', 'object-store.sh');
  return (await promisify(execFile)(path, [command, '--data', folder], { timeout: 180_000 })).stdout;
}
