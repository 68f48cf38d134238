import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { s3Client } from '../../../../clients/s3/index.js';
import { stringifyExactly } from '../../../../clients/trino/index.js';
import { s3TableFiles } from '../../../../migration/iceberg/index.js';
import type { Rows } from '../../../support/generated-rows.js';
import type { SharedLakehouse } from '../../../support/shared-lakehouse.js';

/** What every snapshot of a table answers, and its statistics. */
export interface Answers {
  /** All rows of each, by snapshot id. */
  readonly snapshots: ReadonlyMap<string, string>;
  readonly current: string;
  readonly statistics: string;
}

/** Tables of the shared Trino, and the objects of its store. */
export class TableCopies {
  private constructor(
    private readonly lakehouse: Pick<SharedLakehouse, 'query'>,
    readonly client: S3Client,
    readonly schema: string,
  ) {}

  static async open(lakehouse: SharedLakehouse, schema: string): Promise<TableCopies> {
    const { endpoint, accessKey, secretKey } = await lakehouse.lakehouse.startObjectStore();
    const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey };
    return new TableCopies(lakehouse, s3Client({ endpoint, region: 'us-east-1', credentials }), schema);
  }

  get files(): ReturnType<typeof s3TableFiles> {
    return s3TableFiles(this.client);
  }

  query(sql: string): Promise<Rows> {
    return this.lakehouse.query(sql);
  }

  /** URI of the newest metadata file. */
  async metadataOf(table: string): Promise<string> {
    const [[file] = []] = await this.query(
      `SELECT file FROM iceberg.${this.schema}."${table}$metadata_log_entries" ORDER BY timestamp DESC, file DESC LIMIT 1`,
    );
    return String(file);
  }

  async register(table: string, location: string, metadata: string): Promise<void> {
    const file = metadata.slice(metadata.lastIndexOf('/') + 1);
    await this.query(
      `CALL iceberg.system.register_table(schema_name => '${this.schema}', table_name => '${table}', table_location => '${location}', metadata_file_name => '${file}')`,
    );
  }

  async unregister(table: string): Promise<void> {
    await this.query(`CALL iceberg.system.unregister_table('${this.schema}', '${table}')`);
  }

  async answers(table: string): Promise<Answers> {
    const ids = await this.query(
      `SELECT CAST(snapshot_id AS varchar) FROM iceberg.${this.schema}."${table}$snapshots" ORDER BY committed_at`,
    );
    const snapshots = new Map<string, string>();
    for (const [id] of ids) snapshots.set(String(id), await this.read(table, `FOR VERSION AS OF ${String(id)}`));
    return {
      snapshots,
      current: await this.read(table, ''),
      statistics: stringifyExactly(await this.query(`SHOW STATS FOR iceberg.${this.schema}.${table}`)),
    };
  }

  /** All rows, in their own order. */
  async read(table: string, version: string): Promise<string> {
    const rows = await this.query(`SELECT * FROM iceberg.${this.schema}.${table} ${version}`);
    const sorted = rows.map(stringifyExactly).sort();
    return [`${rows.length} rows`, ...sorted].join('\n');
  }

  /** Buckets that exist stay, and are emptied. */
  async emptyBuckets(buckets: readonly string[]): Promise<void> {
    for (const Bucket of buckets) {
      await this.client.send(new CreateBucketCommand({ Bucket }));
      await this.emptyBucket(Bucket);
    }
  }

  async removeBuckets(buckets: readonly string[]): Promise<void> {
    for (const Bucket of buckets) {
      await this.emptyBucket(Bucket);
      await this.client.send(new DeleteBucketCommand({ Bucket }));
    }
  }

  async keys(bucket: string): Promise<readonly string[]> {
    const keys: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.client }, { Bucket: bucket }))
      keys.push(...Contents.map(({ Key }) => Key ?? ''));
    return keys;
  }

  /** A plain copy of every object under its key. */
  async copyBucket(from: string, to: string): Promise<number> {
    const keys = await this.keys(from);
    for (const Key of keys)
      await this.client.send(
        new CopyObjectCommand({
          Bucket: to,
          Key,
          CopySource: `${from}/${Key.split('/').map(encodeURIComponent).join('/')}`,
        }),
      );
    return keys.length;
  }

  async emptyBucket(bucket: string): Promise<void> {
    for (const Key of await this.keys(bucket)) await this.client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  }
}
