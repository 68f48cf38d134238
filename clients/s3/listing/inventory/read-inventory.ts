import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { diagnostic } from '../../../../core/diagnostic.js';
import type { Diagnostic } from '../../../../core/diagnostic.js';
import { fail, ok } from '../../../../core/result.js';
import type { Result } from '../../../../core/result.js';
import { temporaryFolder } from '../../../../core/temporary-folder.js';
import { isInRange } from '../key-order.js';
import type { KeyRange } from '../key-order.js';
import { csvRows } from './csv-rows.js';
import { readInventoryManifest } from './inventory-manifest.js';
import type { InventoryFile, InventoryManifest } from './inventory-manifest.js';
import type { InventoryRow } from './inventory-row.js';

/** Reads an object of the bucket that the inventory is in. */
export type ReadInventoryObject = (key: string, signal: AbortSignal) => Promise<Result<AsyncIterable<Uint8Array>>>;

export interface InventoryOptions {
  readonly read: ReadInventoryObject;
  readonly ranges: readonly KeyRange[];
  readonly signal: AbortSignal;
}

const pageSize = 1000;

/** The inventory whose manifest.json has this key. */
export async function openInventory(
  key: string,
  { read, signal }: Pick<InventoryOptions, 'read' | 'signal'>,
): Promise<Result<InventoryManifest>> {
  const content = await read(key, signal);
  if (!content.ok) return content;
  const bytes = Buffer.concat((await Readable.from(content.value).toArray()) as Uint8Array[]);
  return readInventoryManifest(bytes.toString(), key);
}

/**
 * Every version of the keys in the ranges, from an S3 Inventory in CSV or Parquet instead of a listing: as of its day, so
 * that some are gone or overwritten by now. Each file must have the MD5 that the manifest names; one that has not is a
 * failure, of CSV after its rows, and the last that is yielded. Source: Amazon S3 user guide, 'Amazon S3 Inventory list'.
 */
export async function* inventoryRows(
  manifest: InventoryManifest,
  options: InventoryOptions,
): AsyncGenerator<Result<readonly InventoryRow[]>> {
  for (const file of manifest.files)
    for await (const page of pagesOf(file, manifest, options)) {
      yield page;
      if (!page.ok) return;
    }
}

async function* pagesOf(
  file: InventoryFile,
  manifest: InventoryManifest,
  { read, ranges, signal }: InventoryOptions,
): AsyncGenerator<Result<readonly InventoryRow[]>> {
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
  const isWhole = (): boolean => file.MD5checksum === null || hash.digest('hex') === file.MD5checksum;
  let page: InventoryRow[] = [];
  try {
    const rows =
      manifest.format === 'CSV'
        ? csvRows(piped(content.value, hashing), manifest.columns, manifest.sourceBucket)
        : spooledRows(content.value, hashing, manifest, isWhole);
    for await (const row of rows) {
      signal.throwIfAborted();
      if (!ranges.some((range) => isInRange(row.object.key, range))) continue;
      page.push(row);
      if (page.length < pageSize) continue;
      yield ok(page);
      page = [];
    }
    if (manifest.format === 'CSV' && !isWhole()) throw new DamagedInventory();
  } catch (error) {
    signal.throwIfAborted();
    yield fail([damaged(file, error as Error)]);
    return;
  }
  if (page.length > 0) yield ok(page);
}

class DamagedInventory extends Error {
  override readonly message = 'it does not have the MD5 that the manifest names';
}

function piped(content: AsyncIterable<Uint8Array>, hashing: Transform): Readable {
  const source = Readable.from(content);
  source.on('error', (error) => hashing.destroy(error));
  return source.pipe(hashing);
}

/** Parquet is read from its end. */
async function* spooledRows(
  content: AsyncIterable<Uint8Array>,
  hashing: Transform,
  { columns, sourceBucket }: InventoryManifest,
  isWhole: () => boolean,
): AsyncGenerator<InventoryRow> {
  const folder = temporaryFolder('aws2openstack-inventory-');
  try {
    const path = join(folder.path, 'inventory.parquet');
    await pipeline(Readable.from(content), hashing, createWriteStream(path));
    if (!isWhole()) throw new DamagedInventory();
    // Listings and CSV do not wait for the reader of Parquet to load.
    const { parquetRows } = await import('./parquet-rows.js');
    yield* parquetRows(path, columns, sourceBucket);
  } finally {
    folder.remove();
  }
}

function damaged({ key }: InventoryFile, { message }: Error): Diagnostic {
  return diagnostic({
    code: 'inventory-damaged',
    path: key,
    message: `The inventory's file ${key} is damaged or cut off: ${message}.`,
    fix: 'Use another inventory, or list the bucket.',
  });
}
