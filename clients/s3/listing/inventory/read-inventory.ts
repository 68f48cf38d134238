import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { pipeline, Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { diagnostic } from '../../../../core/diagnostic.js';
import { fail, ok } from '../../../../core/result.js';
import type { Result } from '../../../../core/result.js';
import type { ObjectRef } from '../object-ref.js';
import { keyOfUrl } from '../key-bytes.js';
import { isInRange } from '../key-order.js';
import type { KeyRange } from '../key-order.js';
import { readInventoryManifest } from './inventory-manifest.js';
import type { InventoryFile, InventoryManifest } from './inventory-manifest.js';

/** Reads an object of the bucket that the inventory is in. */
export type ReadInventoryObject = (key: string, signal: AbortSignal) => Promise<Result<AsyncIterable<Uint8Array>>>;

export interface InventoryOptions {
  /** Key of the manifest.json. */
  readonly manifest: string;
  readonly read: ReadInventoryObject;
  readonly ranges: readonly KeyRange[];
  readonly signal: AbortSignal;
}

const pageSize = 1000;

/**
 * The current objects in the ranges, from an S3 Inventory in CSV instead of a listing: as of its day, so that some are gone
 * or overwritten when they are copied. Each file must have the MD5 that the manifest names; one that has not is a failure,
 * after its objects. Source: Amazon S3 user guide, 'Amazon S3 Inventory list'.
 */
export async function* readInventory(options: InventoryOptions): AsyncGenerator<Result<readonly ObjectRef[]>> {
  const { manifest: key, read, signal } = options;
  const content = await read(key, signal);
  if (!content.ok) {
    yield content;
    return;
  }
  const manifest = readInventoryManifest(
    Buffer.concat((await Readable.from(content.value).toArray()) as Uint8Array[]).toString(),
    key,
  );
  if (!manifest.ok) {
    yield manifest;
    return;
  }
  for (const file of manifest.value.files)
    for await (const page of pagesOf(file, manifest.value, options)) {
      yield page;
      if (!page.ok) return;
    }
}

async function* pagesOf(
  file: InventoryFile,
  { columns, sourceBucket }: InventoryManifest,
  { read, ranges, signal }: InventoryOptions,
): AsyncGenerator<Result<readonly ObjectRef[]>> {
  const content = await read(file.key, signal);
  if (!content.ok) {
    yield content;
    return;
  }
  const hash = createHash('md5');
  const hashing = new Transform({
    transform: (chunk: Uint8Array, _encoding, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  let failure: NodeJS.ErrnoException | null = null;
  // What fails ends the lines, and is reported below.
  const text = pipeline(Readable.from(content.value), hashing, createGunzip(), (error) => (failure = error ?? null));
  let page: ObjectRef[] = [];
  try {
    for await (const line of createInterface({ input: text, crlfDelay: Infinity })) {
      signal.throwIfAborted();
      const object = objectOf(line, columns, sourceBucket);
      if (object === undefined || !ranges.some((range) => isInRange(object.key, range))) continue;
      page.push(object);
      if (page.length < pageSize) continue;
      yield ok(page);
      page = [];
    }
  } catch (error) {
    signal.throwIfAborted();
    failure ??= error as Error;
  }
  if (failure !== null || hash.digest('hex') !== file.MD5checksum) {
    yield fail([
      diagnostic({
        code: 'inventory-damaged',
        path: file.key,
        message: `The inventory's file ${file.key} is damaged or cut off: it does not have the MD5 that the manifest names.`,
        fix: 'Use another inventory, or list the bucket.',
      }),
    ]);
    return;
  }
  if (page.length > 0) yield ok(page);
}

/** `undefined` for what is no current object. Values are in quotation marks; keys are percent-encoded. */
function objectOf(line: string, columns: readonly string[], bucket: string): ObjectRef | undefined {
  const values = [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, value = '']) => value.replaceAll('""', '"'));
  const valueOf = (name: string): string => values[columns.indexOf(name)] ?? '';
  if (values.length === 0 || valueOf('IsLatest') === 'false' || valueOf('IsDeleteMarker') === 'true') return undefined;
  const versionId = valueOf('VersionId');
  return {
    bucket,
    key: keyOfUrl(valueOf('Key')),
    versionId: versionId === '' ? null : versionId,
    etag: valueOf('ETag').replaceAll('"', ''),
    size: Number(valueOf('Size')),
    lastModified: valueOf('LastModifiedDate'),
    storageClass: valueOf('StorageClass') || 'STANDARD',
  };
}
