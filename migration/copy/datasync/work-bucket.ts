import { GetObjectCommand, paginateListObjectsV2, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';

/** The bucket through which we talk with DataSync. Throws what the SDK throws. */
export interface WorkBucket {
  put(key: string, text: string): Promise<void>;
  /** The texts of all objects under a prefix. */
  texts(prefix: string): Promise<readonly string[]>;
}

export function workBucket(client: S3Client, Bucket: string): WorkBucket {
  return {
    put: async (Key, Body) => {
      await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    },
    texts: async (Prefix) => {
      const texts: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix }))
        for (const { Key } of Contents) {
          const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
          texts.push((await Body?.transformToString()) ?? '');
        }
      return texts;
    },
  };
}
