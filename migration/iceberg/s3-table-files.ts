import { GetObjectCommand, HeadObjectCommand, NoSuchKey, NotFound, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import type { FileReader, FileSizes, FileWriter } from './table-files.js';

/** The files of tables in a store with S3's API. `s3Diagnostic` turns what it throws into Diagnostics. */
export function s3TableFiles(client: S3Client): FileReader & FileWriter & FileSizes {
  return {
    read: async (uri, abortSignal) => {
      const object = objectOf(uri);
      if (object === undefined) return undefined;
      const answer = await existing(client.send(new GetObjectCommand(object), { abortSignal }));
      return answer?.Body === undefined ? undefined : Buffer.from(await answer.Body.transformToByteArray());
    },
    write: async (uri, Body, abortSignal) => {
      const object = objectOf(uri);
      if (object === undefined) throw new Error(`Not the URI of an object: ${uri}`);
      await client.send(new PutObjectCommand({ ...object, Body }), { abortSignal });
    },
    sizeOf: async (uri, abortSignal) => {
      const object = objectOf(uri);
      if (object === undefined) return undefined;
      return (await existing(client.send(new HeadObjectCommand(object), { abortSignal })))?.ContentLength;
    },
  };
}

/** The key is everything behind the bucket's slash, blanks and further slashes included. */
function objectOf(uri: string): { readonly Bucket: string; readonly Key: string } | undefined {
  const [, Bucket, Key] = /^s3[an]?:\/\/([^/]+)\/(.+)$/is.exec(uri) ?? [];
  return Bucket === undefined || Key === undefined ? undefined : { Bucket, Key };
}

async function existing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof NoSuchKey || error instanceof NotFound) return undefined;
    throw error;
  }
}
