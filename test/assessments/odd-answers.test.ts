import { describe, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Assessment } from '../../assessments/index.js';
import { fileNames } from '../../assessments/index.js';
import type { Result } from '../../core/result.js';
import { assess, codesOf, valueOf } from '../support/assess-run.js';
import type { GlueStub } from '../support/glue-stub.js';

const good = {
  GetDatabases: { DatabaseList: [{ Name: 'd', CatalogId: '123456789012' }] },
  GetTables: { TableList: [{ Name: 't', PartitionKeys: [{ Name: 'k', Type: 'string' }] }] },
  GetPartitions: { Partitions: [{ Values: ['1'] }] },
  GetTags: { Tags: {} },
};

/** Assesses an endpoint that answers with these bodies, whatever it is asked. */
async function answers(
  bodies: Partial<Record<keyof typeof good, unknown>>,
): Promise<{ readonly result: Result<Assessment>; readonly calls: number; readonly written: boolean }> {
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    request.resume();
    const action = String(request.headers['x-amz-target']).replace(/^AWSGlue\./, '') as keyof typeof good;
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ ...good, ...bodies }[action]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'assess-odd-'));
  const stop = new AbortController();
  const watch = setTimeout(() => {
    stop.abort();
  }, 4000);
  try {
    const { port } = server.address() as AddressInfo;
    const stub = { url: `http://127.0.0.1:${port}` } as GlueStub;
    const result = await assess(stub, folder, { withTags: true, signal: stop.signal });
    return { result, calls, written: existsSync(join(folder, fileNames.report)) };
  } finally {
    clearTimeout(watch);
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  }
}

describe('an endpoint that answers as Glue never does', () => {
  test.each([
    ['GetDatabases', null],
    ['GetDatabases', {}],
    ['GetDatabases', []],
    ['GetDatabases', { DatabaseList: 'x' }],
    ['GetDatabases', { DatabaseList: [null] }],
    ['GetDatabases', { DatabaseList: [{}] }],
    ['GetDatabases', { DatabaseList: [{ Name: 5 }] }],
    ['GetDatabases', { DatabaseList: [{ Name: 'd', CreateTime: 'x' }] }],
    ['GetDatabases', { DatabaseList: [], NextToken: 5 }],
    ['GetTables', null],
    ['GetTables', { TableList: {} }],
    ['GetTables', { TableList: [null] }],
    ['GetTables', { TableList: [{ Owner: 'x' }] }],
    ['GetTables', { TableList: [{ Name: 't', StorageDescriptor: { Columns: [null] } }] }],
    ['GetTables', { TableList: [{ Name: 't', StorageDescriptor: { BucketColumns: 'x' } }] }],
    ['GetPartitions', null],
    ['GetPartitions', { Partitions: [null] }],
    ['GetPartitions', { Partitions: [{}] }],
    ['GetPartitions', { Partitions: [{ Values: [1] }] }],
    ['GetTags', { Tags: 'x' }],
  ])('is one error that says so: %s %j', async (action, body) => {
    const { result, written } = await answers({ [action]: body });
    expect(codesOf(result)).toEqual(['not-glue']);
    expect(written).toBe(false);
  });

  test('the error names the call and the place', async () => {
    const { result } = await answers({ GetTables: { TableList: [{ Name: 't' }, null] } });
    expect(result).toMatchObject({
      error: [{ message: expect.stringContaining('is not from Glue: GetTables: /TableList/1 must be of type object') }],
    });
  });

  test.each(['GetDatabases', 'GetTables', 'GetPartitions'] as const)(
    '%s whose page token never changes',
    async (action) => {
      const { result, calls } = await answers({ [action]: { ...good[action], NextToken: 'again' } });
      expect(codesOf(result)).toEqual(['not-glue']);
      expect(calls).toBeLessThan(10);
    },
  );

  test('a count of buckets that no number holds is unknown', async () => {
    const { result } = await answers({
      GetTables: { TableList: [{ Name: 't', StorageDescriptor: { NumberOfBuckets: 1e20 } }] },
    });
    expect(valueOf(result).tables[0]?.serde?.numberOfBuckets).toBe(0);
  });
});
