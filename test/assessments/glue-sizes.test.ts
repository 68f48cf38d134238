import { describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { fileNames, readAssessment } from '../../assessments/index.js';
import type { Assessment } from '../../assessments/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import { assess, codesOf, valueOf, withStub } from '../support/assess-run.js';
import { database, parquetDescriptor, parquetTable, partition } from '../support/glue-catalogs.js';
import { partitionsKey } from '../support/glue-stub.js';
import { MemoryBuckets, objectRef } from '../support/memory-bucket.js';

const at = (bucket: string, key: string, size: number) => objectRef(key, { bucket, size });

const catalog = {
  databases: [database('d')],
  tables: {
    d: [
      parquetTable('d', 'days', { PartitionKeys: [{ Name: 'day', Type: 'string' }] }),
      parquetTable('d', 'empty'),
      parquetTable('d', 'other', { StorageDescriptor: parquetDescriptor('s3://archive/other/') }),
    ],
  },
  partitions: {
    [partitionsKey('d', 'days')]: [
      partition('d', 'days', ['1'], { StorageDescriptor: parquetDescriptor('s3://lake/d/days/day=1/') }),
      partition('d', 'days', ['0'], { StorageDescriptor: parquetDescriptor('s3://archive/days/0/') }),
    ],
  },
};

const objects = [
  at('lake', 'd/days/day=1/part-0', 100),
  at('lake', 'd/days/_SUCCESS', 1),
  at('lake', 'd/nothing-of-a-table', 7),
  at('archive', 'days/0/part-0', 20),
  at('archive', 'other/part-0', 3),
];

function sizesOf({ tables }: Assessment): unknown {
  return Object.fromEntries(tables.map(({ name, size }) => [name, size.value]));
}

const denied = diagnostic({ code: 'source-listing-denied', message: 'Access Denied.', fix: 'Allow it.' });

describe('sizes of tables from a listing', () => {
  test('a table has the size of what Hive and Trino read: partitions elsewhere count, hidden files do not', async () => {
    await withStub(catalog, async (stub, folder) => {
      const lister = new MemoryBuckets(objects);
      const assessment = valueOf(await assess(stub, folder, { lister }));
      expect(sizesOf(assessment)).toEqual({ days: 120, empty: 0, other: 3 });
      expect(assessment.tables[0]).toMatchObject({
        size: { source: 'listing', confidence: 'high' },
        files: {
          objects: 3,
          bytes: 121,
          hidden: { objects: 1, bytes: 1 },
          storageClasses: { STANDARD: { objects: 3 } },
        },
      });
      expect(assessment.listed).toEqual({ objects: 4, bytes: 124 });
      expect(assessment.summary).toMatchObject({ knownSizeBytes: 123, tablesOfUnknownSize: 0, complete: true });
      expect(assessment.findings.filter(({ code }) => code !== 'catalogs-not-listed')).toEqual([]);
      expect(valueOf(await readAssessment(join(folder, fileNames.report)))).toEqual(assessment);
    });
  });

  test('without permission there is one finding, and the sizes are those of the catalog', async () => {
    await withStub(catalog, async (stub, folder) => {
      const lister = new MemoryBuckets(objects);
      lister.failure = () => denied;
      const assessment = valueOf(await assess(stub, folder, { lister, strict: true }));
      expect(sizesOf(assessment)).toEqual({ days: null, empty: null, other: null });
      expect(assessment.findings).toEqual([
        {
          code: 'sizes-not-listed',
          severity: 'warning',
          asset: '',
          message:
            'The files of 3 tables in the buckets archive, lake were not listed, so their sizes come from the catalog or are unknown: Access Denied.',
          fix: 'Grant s3:ListBucket on arn:aws:s3:::archive, arn:aws:s3:::lake. Then assess again.',
        },
      ]);
    });
  });

  test('a folder that may not be listed leaves its own tables without a size', async () => {
    await withStub(catalog, async (stub, folder) => {
      const lister = new MemoryBuckets(objects);
      lister.failure = (_request, { prefix }) => (prefix.startsWith('days/') ? denied : undefined);
      const assessment = valueOf(await assess(stub, folder, { lister }));
      expect(sizesOf(assessment)).toEqual({ days: null, empty: 0, other: 3 });
      expect(assessment.findings.map(({ code }) => code)).toEqual(['sizes-not-listed']);
    });
  });

  test('a store that does not answer is asked once', async () => {
    await withStub(catalog, async (stub, folder) => {
      const lister = new MemoryBuckets(objects);
      lister.failure = () =>
        diagnostic({ code: 'source-failed', message: 'It gave no complete answer.', fix: 'Check it.' });
      const assessment = valueOf(await assess(stub, folder, { lister }));
      expect(sizesOf(assessment)).toEqual({ days: null, empty: null, other: null });
      expect(assessment.findings.map(({ message }) => message)).toEqual([
        'The files of 3 tables in the buckets archive, lake were not listed, so their sizes come from the catalog or are unknown: It gave no complete answer.',
      ]);
      expect(lister.requests).toBeLessThanOrEqual(2);
    });
  });

  test('files that several tables read are named once', async () => {
    const nested = {
      databases: [database('d')],
      tables: {
        d: [
          parquetTable('d', 'all', { StorageDescriptor: parquetDescriptor('s3://lake/') }),
          parquetTable('d', 'days'),
        ],
      },
    };
    await withStub(nested, async (stub, folder) => {
      const assessment = valueOf(await assess(stub, folder, { lister: new MemoryBuckets(objects) }));
      expect(sizesOf(assessment)).toEqual({ all: 107, days: 100 });
      expect(assessment.findings.map(({ code }) => code)).toEqual(['shared-files']);
      expect(assessment.listed).toEqual({ objects: 3, bytes: 108 });
    });
  });

  test('interrupted, it continues with the buckets that are not listed yet', async () => {
    await withStub(catalog, async (stub, folder) => {
      const interrupt = new AbortController();
      const lister = new MemoryBuckets(objects);
      lister.failure = (_request, { bucket }) => {
        if (bucket === 'lake') interrupt.abort();
        return undefined;
      };
      const stopped = await assess(stub, folder, { lister, signal: interrupt.signal });
      expect(codesOf(stopped)).toEqual(['interrupted']);
      lister.failure = (_request, { bucket }) => (bucket === 'archive' ? denied : undefined);
      const calls = stub.calls.length;
      const assessment = valueOf(await assess(stub, folder, { lister }));
      expect(sizesOf(assessment)).toEqual({ days: 120, empty: 0, other: 3 });
      // Whose catalog it is, and which others there are.
      expect(stub.calls.length - calls).toBe(2);
    });
  });
});
