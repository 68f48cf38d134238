import { describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fileNames, readAssessment } from '../../assessments/index.js';
import type { PartitionDetail } from '../../assessments/index.js';
import { assess, codesOf, valueOf, withStub } from '../support/assess-run.js';
import { accountId, database, manyTables, parquetTable, partition } from '../support/glue-catalogs.js';
import { leastCalls, partitionsKey } from '../support/glue-stub.js';
import type { GlueStub, StubError } from '../support/glue-stub.js';

const refused: StubError = {
  status: 400,
  type: 'AccessDeniedException',
  message:
    'User: arn:aws:iam::123456789012:role/r is not authorized to perform: glue:GetTables on resource: arn:aws:glue:eu-central-1:123456789012:database/db_001',
};

function partitionLines(folder: string): readonly PartitionDetail[] {
  const text = gunzipSync(readFileSync(join(folder, fileNames.partitions))).toString();
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as PartitionDetail);
}

/** Refuses the first calls that match. */
function refuseFirst(
  stub: GlueStub,
  count: number,
  error: StubError,
  matches: (action: string) => boolean = () => true,
): void {
  let left = count;
  stub.intercept = ({ action }) => (matches(action) && left-- > 0 ? error : undefined);
}

describe('listing', () => {
  test('pages of everything are read with the fewest calls, and what is written reads back', async () => {
    const catalog = manyTables(3, 130, 1200);
    await withStub(catalog, async (stub, folder) => {
      const assessment = valueOf(await assess(stub, folder));
      expect(stub.calls.length).toBe(leastCalls(catalog));
      expect(assessment.summary).toMatchObject({
        databases: 3,
        tables: 390,
        partitions: 3 * 13 * 1200,
        complete: true,
      });
      expect(valueOf(await readAssessment(join(folder, fileNames.report)))).toEqual(assessment);
      expect(readdirSync(folder).toSorted()).toEqual(
        [fileNames.markdown, fileNames.report, fileNames.partitions].toSorted(),
      );
    });
  });

  test('more partitions than are sorted at once come out sorted, each once', async () => {
    const values = Array.from({ length: 45_000 }, (_, index) => String((index * 7919) % 45_000).padStart(6, '0'));
    const catalog = {
      databases: [database('d')],
      tables: { d: [parquetTable('d', 't', { PartitionKeys: [{ Name: 'k', Type: 'string' }] })] },
      // The catalog changed between two pages: some partitions are listed twice.
      partitions: {
        [partitionsKey('d', 't')]: [...values, ...values.slice(0, 500)].map((value) =>
          partition('d', 't', [value], { StorageDescriptor: { Location: `s3://lake/d/t/${value}` } }),
        ),
      },
    };
    await withStub(catalog, async (stub, folder) => {
      const assessment = valueOf(await assess(stub, folder));
      expect(assessment.tables[0]?.partitions.count).toBe(45_000);
      expect(partitionLines(folder).map((line) => line.values[0])).toEqual(values.toSorted());
    });
  });

  test('names of any characters survive', async () => {
    const name = 'a.b "c"\n\u0000é\u2028/../x';
    const catalog = {
      databases: [database(name)],
      tables: { [name]: [parquetTable(name, name, { PartitionKeys: [{ Name: name, Type: 'string' }] })] },
      partitions: { [partitionsKey(name, name)]: [partition(name, name, [name])] },
    };
    await withStub(catalog, async (stub, folder) => {
      valueOf(await assess(stub, folder));
      const read = valueOf(await readAssessment(join(folder, fileNames.report)));
      expect(read.tables[0]).toMatchObject({ database: name, name, partitionKeys: [{ name }] });
      expect(partitionLines(folder)[0]).toMatchObject({ database: name, table: name, values: [name] });
    });
  });

  test('an empty catalog is an assessment too', async () => {
    await withStub({ databases: [], tables: {} }, async (stub, folder) => {
      expect(valueOf(await assess(stub, folder)).summary).toMatchObject({ databases: 0, tables: 0, complete: true });
      expect(codesOf(await readAssessment(join(folder, fileNames.report)))).toEqual([]);
    });
  });

  test('a filter leaves other databases out, and tags are read when they are asked for', async () => {
    const catalog = { ...manyTables(3, 2, 0), tags: { db_001: { team: 'sales' } } };
    await withStub(catalog, async (stub, folder) => {
      const assessment = valueOf(
        await assess(stub, folder, {
          databases: { text: 'db_001', selects: (name) => name === 'db_001' },
          withTags: true,
        }),
      );
      expect(assessment.databases).toMatchObject([{ name: 'db_001', tags: { team: 'sales' } }]);
      expect(stub.count('GetTables')).toBe(1);
    });
  });
});

describe('throttling', () => {
  test.each([
    { status: 400, type: 'ThrottlingException', message: 'Rate exceeded' },
    { status: 429, type: 'TooManyRequestsException', message: 'Too many requests' },
    { status: 500, type: 'InternalServiceException', message: 'Try again' },
  ])('is waited for and nothing is lost: %j', async (error) => {
    const catalog = manyTables(4, 120, 0);
    await withStub(catalog, async (stub, folder) => {
      refuseFirst(stub, 5, error);
      expect(valueOf(await assess(stub, folder)).summary.tables).toBe(480);
      expect(stub.calls.length).toBe(leastCalls(catalog) + 5);
    });
  });

  test('without end it fails, keeps what was read, and the next run goes on from there', async () => {
    const catalog = manyTables(4, 120, 0);
    await withStub(catalog, async (stub, folder) => {
      stub.intercept = ({ action, input }) =>
        action === 'GetTables' && input['NextToken'] !== undefined
          ? { status: 400, type: 'ThrottlingException', message: 'Rate exceeded' }
          : undefined;
      const failed = await assess(stub, folder, { limits: { maxAttempts: 3, baseDelayMs: 1, random: () => 1 } });
      expect(failed).toMatchObject({ error: [{ code: 'throttled', fix: expect.stringContaining('--max-attempts') }] });
      expect(existsSync(join(folder, fileNames.report))).toBe(false);
      stub.intercept = () => undefined;
      const before = stub.calls.length;
      expect(valueOf(await assess(stub, folder)).summary.tables).toBe(480);
      const again = stub.calls
        .slice(before)
        .filter(({ input }) => input['NextToken'] === undefined && input['DatabaseName'] !== undefined);
      expect(again).toEqual([]);
    });
  });
});

describe('what may not be read is a finding, never a gap', () => {
  test('one database: its permission and ARN, no table count, incomplete', async () => {
    await withStub(manyTables(3, 2, 0), async (stub, folder) => {
      stub.intercept = ({ input }) => (input['DatabaseName'] === 'db_001' ? refused : undefined);
      const assessment = valueOf(await assess(stub, folder));
      expect(assessment.databases.map(({ tableCount }) => tableCount)).toEqual([2, null, 2]);
      expect(assessment.summary.complete).toBe(false);
      expect(assessment.findings).toMatchObject([{ code: 'access-denied', asset: 'db_001', severity: 'error' }]);
      expect(assessment.findings[0]?.fix).toContain(
        `Grant glue:GetTables on arn:aws:glue:eu-central-1:${accountId}:catalog`,
      );
      expect(codesOf(await readAssessment(join(folder, fileNames.report)))).toEqual([]);
    });
  });

  test('the partitions of one table, refused by Lake Formation', async () => {
    await withStub(manyTables(1, 11, 3), async (stub, folder) => {
      stub.intercept = ({ action, input }) =>
        action === 'GetPartitions' && input['TableName'] === 'table_00000'
          ? { ...refused, message: 'Insufficient Lake Formation permission(s) on table_00000' }
          : undefined;
      const assessment = valueOf(await assess(stub, folder));
      expect(assessment.tables[0]?.partitions.count).toBeNull();
      expect(assessment.tables[10]?.partitions.count).toBe(3);
      expect(assessment.findings[0]?.fix).toContain('aws lakeformation grant-permissions');
      expect(assessment.summary).toMatchObject({ complete: false, partitions: 3 });
    });
  });

  test('with strict it fails and writes nothing', async () => {
    await withStub(manyTables(2, 2, 0), async (stub, folder) => {
      stub.intercept = ({ input }) => (input['DatabaseName'] === 'db_001' ? refused : undefined);
      expect(codesOf(await assess(stub, folder, { strict: true }))).toEqual(['access-denied']);
      expect(existsSync(join(folder, fileNames.report))).toBe(false);
    });
  });

  test('everything refused fails', async () => {
    await withStub(manyTables(2, 2, 0), async (stub, folder) => {
      stub.intercept = ({ action }) => (action === 'GetTables' ? refused : undefined);
      expect(codesOf(await assess(stub, folder))).toEqual(['access-denied']);
      stub.intercept = () => refused;
      expect(codesOf(await assess(stub, folder, { fresh: true }))).toEqual(['access-denied']);
      expect(existsSync(join(folder, fileNames.report))).toBe(false);
    });
  });

  test.each([
    ['EntityNotFoundException', 'changed-while-assessed'],
    ['GlueEncryptionException', 'unreadable'],
    ['FederationSourceException', 'unreadable'],
    ['InvalidInputException', 'unreadable'],
  ])('%s of one database', async (type, code) => {
    await withStub(manyTables(2, 2, 0), async (stub, folder) => {
      stub.intercept = ({ input }) =>
        input['DatabaseName'] === 'db_000' ? { status: 400, type, message: 'It is so.' } : undefined;
      expect(valueOf(await assess(stub, folder)).findings).toMatchObject([
        { code, asset: 'db_000', severity: 'error' },
      ]);
    });
  });
});

describe('failures of the whole run', () => {
  test.each([
    ['ExpiredTokenException', 'expired-credentials'],
    ['UnrecognizedClientException', 'invalid-credentials'],
    ['InvalidSignatureException', 'invalid-credentials'],
    ['SomethingNewException', 'glue-failed'],
  ])('%s', async (type, code) => {
    await withStub(manyTables(2, 2, 0), async (stub, folder) => {
      stub.intercept = ({ action }) =>
        action === 'GetTables' ? { status: 400, type, message: 'The security token is not good.' } : undefined;
      const failed = await assess(stub, folder);
      expect(codesOf(failed)).toEqual([code]);
      expect(failed).toMatchObject({ error: [{ fix: expect.stringMatching(/`aws [a-z]+ [a-z-]+/) }] });
      expect(readdirSync(folder)).toEqual([fileNames.checkpoint]);
    });
  });

  test('an output folder that is a file', async () => {
    await withStub(manyTables(1, 1, 0), async (stub, folder) => {
      writeFileSync(join(folder, 'file'), '');
      expect(codesOf(await assess(stub, join(folder, 'file')))).toEqual(['cannot-write']);
      expect(codesOf(await assess(stub, '/proc/none'))).toEqual(['cannot-write']);
    });
  });

  test('a report that cannot be put in its place leaves the others as they were', async () => {
    await withStub(manyTables(1, 1, 0), async (stub, folder) => {
      mkdirSync(join(folder, fileNames.partitions));
      expect(codesOf(await assess(stub, folder))).toEqual(['cannot-write']);
      expect(readdirSync(folder).toSorted()).toEqual([fileNames.checkpoint, fileNames.partitions].toSorted());
    });
  });
});

describe('the checkpoint', () => {
  const pages = (folder: string): string => join(folder, fileNames.checkpoint, 'pages.ndjson');

  /** Stops a run after so many answers. */
  async function interrupted(stub: GlueStub, folder: string, after: number): Promise<void> {
    const stop = new AbortController();
    stub.intercept = () => {
      if (stub.answered.length >= after) stop.abort();
      return undefined;
    };
    expect(codesOf(await assess(stub, folder, { signal: stop.signal }))).toEqual(['interrupted']);
    stub.intercept = () => undefined;
  }

  test('cut at any byte, it continues to the same report', async () => {
    const catalog = manyTables(2, 30, 1100);
    await withStub(catalog, async (stub, folder) => {
      valueOf(await assess(stub, folder));
      const expected = readFileSync(join(folder, fileNames.report));
      for (const share of [0.05, 0.3, 0.5, 0.77, 0.9]) {
        await interrupted(stub, folder, stub.answered.length + 8);
        truncateSync(pages(folder), Math.floor(statSync(pages(folder)).size * share));
        const openings: string[] = [];
        valueOf(await assess(stub, folder, { onOpening: (opening) => openings.push(opening) }));
        expect(openings).toEqual(['resumed']);
        expect(readFileSync(join(folder, fileNames.report))).toEqual(expected);
      }
    });
  });

  test('of another filter, region or version it is not continued; --fresh discards it; rubbish is no checkpoint', async () => {
    await withStub(manyTables(3, 110, 0), async (stub, folder) => {
      const openings: string[] = [];
      const onOpening = (opening: string): number => openings.push(opening);
      await interrupted(stub, folder, 4);
      valueOf(await assess(stub, folder, { onOpening, toolVersion: '9.9.9' }));
      await interrupted(stub, folder, stub.answered.length + 4);
      valueOf(await assess(stub, folder, { onOpening, fresh: true }));
      await interrupted(stub, folder, stub.answered.length + 4);
      writeFileSync(pages(folder), 'rubbish\n');
      valueOf(await assess(stub, folder, { onOpening }));
      expect(openings).toEqual(['other-run', 'new', 'damaged']);
    });
  });

  test('is taken over from a process that is gone, or whose id another process has now', async () => {
    await withStub(manyTables(1, 1, 0), async (stub, folder) => {
      const claims = [`run-4194305-1.lock`, `run-${process.ppid}-1.lock`];
      mkdirSync(join(folder, fileNames.checkpoint));
      for (const claim of claims) writeFileSync(join(folder, fileNames.checkpoint, claim), '');
      valueOf(await assess(stub, folder));
      expect(existsSync(join(folder, fileNames.checkpoint))).toBe(false);
    });
  });

  test('of another account it is refused', async () => {
    await withStub(manyTables(3, 110, 0), async (stub, folder) => {
      await interrupted(stub, folder, 4);
      const path = pages(folder);
      writeFileSync(
        path,
        readFileSync(path, 'utf8').replaceAll(`"accountId":"${accountId}"`, '"accountId":"000000000000"'),
      );
      expect(codesOf(await assess(stub, folder))).toEqual(['other-account']);
    });
  });

  test('a page token that has expired begins its listing again', async () => {
    await withStub(manyTables(2, 350, 0), async (stub, folder) => {
      await interrupted(stub, folder, 4);
      let stale = true;
      stub.intercept = ({ input }) => {
        if (!stale || input['NextToken'] === undefined) return undefined;
        stale = false;
        return { status: 400, type: 'InvalidInputException', message: 'The token has expired.' };
      };
      expect(valueOf(await assess(stub, folder)).summary).toMatchObject({ tables: 700, complete: true });
    });
  });
});
