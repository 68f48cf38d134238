import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { sent } from '../sent.js';
import type { Document, Item } from './items.js';

/** Of an item's 400 KB, and cheap to read with every claim. */
const maxInlineBytes = 32 * 1024;

/** Keeps the document of a machine in its item while it is small, and in S3 otherwise. */
export class DetailStore {
  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
  ) {}

  /** Attributes for the item. A large document is stored first, so that no item refers to nothing. */
  async pack(migrationId: string, document: Document): Promise<Item> {
    const text = JSON.stringify(document);
    if (Buffer.byteLength(text) <= maxInlineBytes) return { document: { S: text } };
    // Each under its own key: a writer that loses leaves the document of the other alone.
    const key = `machines/${migrationId}/${randomUUID()}.json`;
    await sent(
      'Storing the details of the machine',
      this.client.send(
        new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: text, ContentType: 'application/json' }),
      ),
    );
    return { documentKey: { S: key } };
  }

  async unpack(item: Item): Promise<Document> {
    const [text, key] = [item['document']?.S, item['documentKey']?.S];
    return JSON.parse(key === undefined ? (text ?? '') : await this.read(key)) as Document;
  }

  private async read(key: string): Promise<string> {
    const { Body } = await sent(
      'Reading the details of the machine',
      this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key })),
    );
    return (await Body?.transformToString()) ?? '';
  }
}
