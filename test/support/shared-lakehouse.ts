import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { trinoClient } from '../../clients/trino/index.js';
import { Lakehouse } from '../../environments/lakehouse/lakehouse.js';
import { addSourceCatalogs } from '../../environments/lakehouse/source-catalogs.js';
import type { SourceCatalogs } from '../../environments/lakehouse/source-catalogs.js';
import { valueOf } from './assess-run.js';
import type { Rows } from './generated-rows.js';

const root = join(import.meta.dirname, '..', '..');
const folder = process.env['A2O_TEST_LAKEHOUSE'] ?? join(root, 'out', 'lakehouse');

/** What is kept beside the folder, for every test file. */
export interface Started {
  /** Of the tests that began with it; undefined for a file that ran alone. */
  readonly run: string | undefined;
  /** Folder that `cdktf synth` wrote. */
  readonly terraform: string;
  /** What was said while it was started. */
  readonly said: readonly string[];
}

export const lakehouseOptions = { isLasting: true, startsFast: true, takesCatalogs: true } as const;

/**
 * The lakehouse of `make lakehouse-local` with the demo's tables, one for all tests of a run: Trino 476, Hive Metastore
 * 3.1.3, an Iceberg REST catalog, Ceph. A test makes its own schemas, and leaves those of the demo as they are.
 * `make test-integration` stops and removes it; after a test that ran alone it stays, and
 * `A2O_LAKEHOUSE_DIR=out/lakehouse make lakehouse-local-clean` does.
 */
export interface SharedLakehouse extends Started {
  readonly lakehouse: Lakehouse;
  readonly folder: string;
  /** All rows. Throws Trino's own message. */
  query(sql: string): Promise<Rows>;
  /** Puts objects by key into a bucket, which is created where it is missing. */
  putObjects(bucket: string, objects: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** Removes a bucket with everything in it. */
  removeBucket(bucket: string): Promise<void>;
  /** The Glue and the S3 at this address, such as moto's, become catalogs of the same Trino. @default glue is there, too */
  addSource(endpoint: string, glue?: string): Promise<SourceCatalogs>;
}

/** Starts it where it does not run; a file that asks meanwhile waits. Throws with what was said when it does not start. */
export async function sharedLakehouse(): Promise<SharedLakehouse> {
  mkdirSync(dirname(folder), { recursive: true });
  const start = ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, 'start-lakehouse-child.ts'), folder];
  // What it leaves running is not to keep the lock.
  await promisify(execFile)('flock', ['--close', `${folder}.lock`, process.execPath, ...start], { cwd: root });
  const started = JSON.parse(readFileSync(noteOf(folder), 'utf8')) as Started;
  const lakehouse = await Lakehouse.open(folder, lakehouseOptions);
  const query = async (sql: string): Promise<Rows> => valueOf(await trinoClient(lakehouse.access()).query(sql)).rows;
  return {
    ...started,
    lakehouse,
    folder,
    query,
    putObjects: async (bucket, objects) => {
      const store = await lakehouse.startObjectStore();
      await store.createBuckets([bucket]);
      await store.put(bucket, objects);
    },
    removeBucket: async (bucket) => (await lakehouse.startObjectStore()).removeBucket(bucket),
    addSource: (endpoint, glue) => addSourceCatalogs(query, endpoint, { glue }),
  };
}

export function noteOf(folder: string): string {
  return `${folder}.json`;
}
