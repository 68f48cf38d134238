import { afterEach, expect, test } from '@jest/globals';
import { athenaClient } from '../../clients/athena/index.js';
import type { AthenaQueries, AthenaUnloads } from '../../clients/athena/index.js';
import { listen } from '../support/http-server.js';
import type { LocalServer } from '../support/http-server.js';

interface Call {
  readonly action: string;
  readonly body: Readonly<Record<string, unknown>>;
}

let server: LocalServer | undefined;
const calls: Call[] = [];

afterEach(async () => {
  await server?.stop();
  calls.length = 0;
});

const columns = ['bigint', 'varchar', 'varchar', 'boolean', 'double', 'decimal', 'varbinary'].map((Type, index) => ({
  Name: `c${index}`,
  Type,
}));
const header = { Data: columns.map(({ Name }) => ({ VarCharValue: Name })) };
const succeeded = {
  QueryExecution: {
    Status: { State: 'SUCCEEDED' },
    Statistics: { DataScannedInBytes: 4096, TotalExecutionTimeInMillis: 12 },
  },
};

/** Answers of Athena's JSON protocol by action; the last one of an action is repeated. */
type Answers = Readonly<Record<string, readonly (object | { readonly error: string })[]>>;

async function athena(answers: Answers): Promise<AthenaQueries & AthenaUnloads> {
  const defaults: Answers = {
    StartQueryExecution: [{ QueryExecutionId: 'q1' }],
    GetQueryExecution: [succeeded],
    StopQueryExecution: [{}],
  };
  server = await listen((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
      const before = calls.filter((call) => call.action === action).length;
      calls.push({ action, body: JSON.parse(text) as Call['body'] });
      const known = answers[action] ?? defaults[action] ?? [{ error: 'InvalidRequestException' }];
      const answer = known[before] ?? known.at(-1) ?? {};
      const isError = 'error' in answer;
      response.writeHead(isError ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(isError ? { __type: answer.error, message: 'it is so' } : answer));
    });
  });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return athenaClient({ endpoint: server.url, region: 'eu-central-1', credentials }, { pollMs: 1 });
}

function page(rows: readonly (readonly (string | undefined)[])[], NextToken?: string): object {
  const Rows = rows.map((row) => ({ Data: row.map((text) => (text === undefined ? {} : { VarCharValue: text })) }));
  return {
    ResultSet: { Rows, ResultSetMetadata: { ColumnInfo: columns } },
    ...(NextToken !== undefined && { NextToken }),
  };
}

test('rows of all pages have exact types: NULL is not an empty text, and no digit is lost', async () => {
  const client = await athena({
    GetQueryExecution: [
      { QueryExecution: { Status: { State: 'QUEUED' } } },
      { QueryExecution: { Status: { State: 'RUNNING' } } },
      succeeded,
    ],
    GetQueryResults: [
      page(
        [
          header.Data.map(({ VarCharValue }) => VarCharValue),
          ['9007199254740993', '', undefined, 'true', '0.1', '1.50', '00 ff 80'],
        ],
        'more',
      ),
      page([['1', 'c0', 'c1', 'false', 'NaN', undefined, '']]),
    ],
    GetQueryRuntimeStatistics: [{ QueryRuntimeStatistics: { Rows: { InputRows: 7 } } }],
  });
  expect(await client.query('SELECT 1;')).toEqual({
    ok: true,
    value: {
      queryId: 'q1',
      rows: [
        [9007199254740993n, '', null, true, 0.1, '1.50', 'AP+A'],
        [1, 'c0', 'c1', false, 'NaN', null, ''],
      ],
      types: columns.map(({ Type }) => Type),
      scannedBytes: 4096,
      rowsRead: 7,
      elapsedMs: 12,
    },
  });
  expect(calls[0]).toMatchObject({
    action: 'StartQueryExecution',
    body: {
      QueryString: 'SELECT 1',
      ClientRequestToken: expect.stringMatching(/^.{32,128}$/),
      QueryExecutionContext: { Catalog: 'AwsDataCatalog' },
      ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
    },
  });
  expect(calls.filter(({ action }) => action === 'GetQueryResults').map(({ body }) => body['NextToken'])).toEqual([
    undefined,
    'more',
  ]);
});

test('a statement that is sent twice is run twice: the source may have changed between', async () => {
  const client = await athena({ GetQueryResults: [page([['c0'], ['1']])] });
  for (let times = 0; times < 2; times += 1) expect(await client.query('SELECT 1')).toMatchObject({ ok: true });
  const starts = calls.filter(({ action }) => action === 'StartQueryExecution');
  expect(new Set(starts.map(({ body }) => body['ClientRequestToken'])).size).toBe(2);
});

test('the engine says its version, or nothing where the workgroup may not be read', async () => {
  const EngineVersion = { EffectiveEngineVersion: 'Athena engine version 3' };
  const client = await athena({ GetWorkGroup: [{ WorkGroup: { Configuration: { EngineVersion } } }] });
  expect(await client.engineVersion()).toBe('Athena engine version 3');
  await server?.stop();
  const denied = await athena({ GetWorkGroup: [{ error: 'AccessDeniedException' }] });
  expect(await denied.engineVersion()).toBe('');
});

test('a query without statistics of its rows still has its result', async () => {
  const client = await athena({ GetQueryResults: [page([['c0'], ['1']])] });
  expect(await client.query('SELECT 1')).toMatchObject({ ok: true, value: { rowsRead: null } });
});

test('a failed query has its reason', async () => {
  const Status = { State: 'FAILED', StateChangeReason: 'SYNTAX_ERROR: line 1:8' };
  const client = await athena({ GetQueryExecution: [{ QueryExecution: { Status } }] });
  expect(await client.query('SELECT x')).toMatchObject({
    ok: false,
    error: [{ code: 'athena-query-failed', message: 'Athena reports FAILED: SYNTAX_ERROR: line 1:8 (query q1)' }],
  });
});

test('a refused request names what to do', async () => {
  const client = await athena({ StartQueryExecution: [{ error: 'AccessDeniedException' }] });
  expect(await client.query('SELECT 1')).toMatchObject({
    error: [{ code: 'athena-request-failed', fix: expect.stringContaining('athena:StartQueryExecution') }],
  });
});

test('an aborted query is stopped in Athena, too', async () => {
  const abort = new AbortController();
  const client = await athena({ GetQueryExecution: [{ QueryExecution: { Status: { State: 'RUNNING' } } }] });
  const answer = client.query('SELECT 1', { signal: abort.signal });
  while (!calls.some(({ action }) => action === 'GetQueryExecution')) await new Promise(setImmediate);
  abort.abort();
  expect(await answer).toMatchObject({ ok: false, error: [{ code: 'athena-cancelled' }] });
  expect(calls.at(-1)).toMatchObject({ action: 'StopQueryExecution', body: { QueryExecutionId: 'q1' } });
  expect(await client.query('SELECT 1', { signal: abort.signal })).toMatchObject({
    error: [{ code: 'athena-cancelled' }],
  });
});

test('an UNLOAD has the address of its manifest', async () => {
  const DataManifestLocation = 's3://acme-results/q1-manifest.csv';
  const client = await athena({
    GetQueryExecution: [{ QueryExecution: { Status: { State: 'SUCCEEDED' }, Statistics: { DataManifestLocation } } }],
  });
  expect(await client.unload("UNLOAD (SELECT 1) TO 's3://acme/'")).toEqual({ ok: true, value: DataManifestLocation });
  expect(calls.map(({ action }) => action)).toEqual(['StartQueryExecution', 'GetQueryExecution']);
});
