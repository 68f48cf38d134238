import type { ObjectRef } from '../../clients/s3/listing/index.js';
import { bytesOfKey, keyOfBytes } from '../../clients/s3/listing/index.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { readHash, writeHash } from './hash-text.js';
import { pack, unpack } from './packed.js';

const version = 1;
const md5Bytes = 16;

/**
 * The objects of a chunk, which are all of one bucket, in few bytes: each column by itself, keys without what they share
 * with the key before. Of a key in order 10 to 15 bytes are left; an ETag takes its 16, a version id its 24, because they
 * are random.
 */
export function encodeObjects(objects: readonly ObjectRef[]): Buffer {
  return pack(version, (writer) => {
    const bucket = objects[0]?.bucket ?? '';
    if (objects.some((each) => each.bucket !== bucket)) throw new Error('Bug: a chunk has objects of two buckets.');
    writer.number(objects.length).text(bucket);
    writeKeys(writer, objects);
    for (const { size } of objects) writer.number(size);
    writeTimes(writer, objects);
    const classes = [...new Set(objects.map(({ storageClass }) => storageClass))];
    writer.number(classes.length);
    for (const each of classes) writer.text(each);
    if (classes.length > 1) for (const { storageClass } of objects) writer.number(classes.indexOf(storageClass));
    for (const { versionId } of objects) {
      if (versionId === null) writer.number(0);
      else writer.number(1).text(versionId);
    }
    for (const { etag } of objects) writeHash(writer, etag, md5Bytes);
  });
}

export function decodeObjects(packed: Uint8Array): readonly ObjectRef[] {
  return unpack(packed, version, (reader) => {
    const count = reader.number();
    const bucket = reader.text();
    const times = <T>(read: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => read(index));
    const keys = readKeys(reader, count);
    const sizes = times(() => reader.number());
    const modified = readTimes(reader, count);
    const classes = Array.from({ length: reader.number() }, () => reader.text());
    const storageClasses = times(() => classes[classes.length > 1 ? reader.number() : 0] ?? '');
    const versionIds = times(() => (reader.number() === 0 ? null : reader.text()));
    const etags = times(() => readHash(reader, md5Bytes));
    return times((index) => ({
      bucket,
      key: keys[index] ?? '',
      versionId: versionIds[index] ?? null,
      etag: etags[index] ?? '',
      size: sizes[index] ?? 0,
      lastModified: modified[index] ?? '',
      storageClass: storageClasses[index] ?? '',
    }));
  });
}

function writeKeys(writer: ByteWriter, objects: readonly ObjectRef[]): void {
  let before: Buffer = Buffer.alloc(0);
  for (const { key } of objects) {
    const bytes = bytesOfKey(key);
    const shared = sharedLength(before, bytes);
    writer.number(shared).bytes(bytes.subarray(shared));
    before = bytes;
  }
}

function readKeys(reader: ByteReader, count: number): string[] {
  let before: Buffer = Buffer.alloc(0);
  return Array.from({ length: count }, () => {
    before = Buffer.concat([before.subarray(0, reader.number()), reader.bytes()]);
    return keyOfBytes(before);
  });
}

function sharedLength(a: Buffer, b: Buffer): number {
  const shorter = Math.min(a.length, b.length);
  let at = 0;
  while (at < shorter && a[at] === b[at]) at += 1;
  return at;
}

/** In whole seconds where all are; a time that is written in another way than S3's stays as it is. */
function writeTimes(writer: ByteWriter, objects: readonly ObjectRef[]): void {
  const times = objects.map(({ lastModified }) => timeOf(lastModified));
  const unit = times.every((time) => time === null || time % 1000 === 0) ? 1000 : 1;
  writer.number(unit);
  let before = 0;
  for (const [index, time] of times.entries()) {
    if (time === null) writer.number(0).text(objects[index]?.lastModified ?? '');
    else {
      writer.number(1).signed((time - before) / unit);
      before = time;
    }
  }
}

function readTimes(reader: ByteReader, count: number): string[] {
  const unit = reader.number();
  let before = 0;
  return Array.from({ length: count }, () => {
    if (reader.number() === 0) return reader.text();
    before += reader.signed() * unit;
    return new Date(before).toISOString();
  });
}

const endOfYear9999 = Date.UTC(10_000, 0);

function timeOf(text: string): number | null {
  const time = Date.parse(text);
  return time >= 0 && time < endOfYear9999 && new Date(time).toISOString() === text ? time : null;
}
