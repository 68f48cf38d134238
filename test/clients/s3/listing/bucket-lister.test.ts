import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { s3Transfer } from '../../../../clients/s3/transfer/index.js';
import type { S3Transfer } from '../../../../clients/s3/transfer/index.js';
import { bucketLister, isPermanent, listRanges } from '../../../../clients/s3/listing/index.js';
import type { BucketLister } from '../../../../clients/s3/listing/index.js';
import { listen } from '../../../support/http-server.js';
import type { LocalServer } from '../../../support/http-server.js';
import { problemOf } from '../../../support/pages.js';

const signal = new AbortController().signal;
const empty = '<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated></ListBucketResult>';
const error = (code: string): string => `<Error><Code>${code}</Code><Message>Because.</Message></Error>`;

let server: LocalServer;
let transfer: S3Transfer;
let lister: BucketLister;
let asked: string[] = [];
let scopes: string[] = [];
let answers: [status: number, body: string, headers?: Record<string, string>][] = [];

beforeAll(async () => {
  server = await listen((request: IncomingMessage, response: ServerResponse) => {
    asked.push(request.url ?? '');
    scopes.push(/Credential=a\/\d+\/([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '');
    const [status, body, headers = {}] = answers.shift() ?? [200, empty];
    response.writeHead(status, { 'content-type': 'application/xml', ...headers }).end(body);
  });
  transfer = s3Transfer(
    { endpoint: server.url, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
    { connections: 2 },
  );
  lister = bucketLister(transfer, { attempts: 3, firstDelayMs: 1, longestDelayMs: 2 });
});
beforeEach(() => {
  [asked, scopes, answers] = [[], [], []];
});
afterAll(async () => {
  await transfer.close();
  await server.stop();
});

const request = { bucket: 'acme-raw', prefix: '', pin: 'etag', after: '', next: null } as const;

describe('a page is asked for', () => {
  test.each([
    ['from the beginning', {}, { 'list-type': '2', 'encoding-type': 'url' }],
    [
      'behind a key, by bytes',
      { prefix: 'a b/', after: 'a b/é+\n' },
      { 'list-type': '2', 'encoding-type': 'url', prefix: 'a b/', 'start-after': 'a b/é+\n' },
    ],
    [
      'behind the page before',
      { after: 'x', next: { 'continuation-token': 't/+=' } },
      { 'list-type': '2', 'encoding-type': 'url', 'continuation-token': 't/+=' },
    ],
    ['with versions', { pin: 'version', after: 'x' }, { versions: '', 'encoding-type': 'url', 'key-marker': 'x' }],
  ] as const)('%s', async (_, fields, query) => {
    expect(await lister.page({ ...request, ...fields }, signal)).toMatchObject({ ok: true });
    const url = new URL(asked[0] ?? '', server.url);
    expect(url.pathname).toBe('/acme-raw/');
    // A '+' in a query is a blank for some servers.
    expect(asked[0]).not.toContain('+');
    expect(Object.fromEntries(url.searchParams)).toEqual(query);
  });
});

test('a bucket in another region is asked for there, from then on', async () => {
  answers = [[301, error('PermanentRedirect'), { 'x-amz-bucket-region': 'eu-west-3' }]];
  const elsewhere = { ...request, bucket: 'acme-paris' };
  expect(await lister.page(elsewhere, signal)).toMatchObject({ ok: true });
  expect(await lister.page(elsewhere, signal)).toMatchObject({ ok: true });
  expect(await lister.page(request, signal)).toMatchObject({ ok: true });
  expect(scopes).toEqual(['us-east-1', 'eu-west-3', 'eu-west-3', 'us-east-1']);
});

test('requests that are under way when the region becomes known follow it, too', async () => {
  const moved: [number, string, Record<string, string>] = [
    301,
    error('PermanentRedirect'),
    { 'x-amz-bucket-region': 'eu-west-3' },
  ];
  answers = [moved, moved];
  const elsewhere = { ...request, bucket: 'acme-lyon' };
  const pages = await Promise.all([lister.page(elsewhere, signal), lister.page(elsewhere, signal)]);
  expect(pages).toMatchObject([{ ok: true }, { ok: true }]);
  expect(scopes).toEqual(['us-east-1', 'us-east-1', 'eu-west-3', 'eu-west-3']);
});

test('regions that name one another are not followed for ever', async () => {
  answers = ['eu-west-1', 'eu-west-2', 'eu-west-1', 'eu-west-2'].map((region) => [
    301,
    error('PermanentRedirect'),
    { 'x-amz-bucket-region': region },
  ]);
  const page = await lister.page({ ...request, bucket: 'acme-nowhere' }, signal);
  expect(problemOf(page)).toMatchObject({ code: 'source-other-region' });
  expect(scopes).toEqual(['us-east-1', 'eu-west-1']);
});

test('a failure that passes is not seen', async () => {
  answers = [
    [503, error('SlowDown')],
    [500, error('InternalError')],
  ];
  expect(await lister.page(request, signal)).toMatchObject({ ok: true, value: { objects: [], next: null } });
  expect(asked.length).toBe(3);
});

test.each([
  [404, 'NoSuchBucket', 'source-bucket-missing', true],
  [403, 'AccessDenied', 'source-listing-denied', true],
  [301, 'PermanentRedirect', 'source-other-region', true],
  [503, 'SlowDown', 'source-failed', false],
])('HTTP %i %s becomes %s', async (status, code, expected, permanent) => {
  answers = Array.from({ length: 3 }, () => [status, error(code)]);
  const problem = problemOf(await lister.page({ ...request, prefix: 'sales/' }, signal));
  expect(problem).toMatchObject({ code: expected, path: 's3://acme-raw/sales/' });
  expect(isPermanent(problem)).toBe(permanent);
});

const page = '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>';
const notListings: readonly [string, string][] = [
  ['a page of a proxy', '<html><body>Please log in</body></html>'],
  ['nothing', ''],
  ['blanks', ' \n'],
  [
    'an error with a namespace',
    '<Error xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Code>InternalError</Code></Error>',
  ],
  ['the beginning of a listing', page],
  ['a listing that does not say whether it goes on', '<ListBucketResult><Name>acme-raw</Name></ListBucketResult>'],
  ['another document', '<VersioningConfiguration/>'],
];

test.each(notListings)('%s is not an empty listing, whatever its status', async (_, body) => {
  answers = Array.from({ length: 3 }, () => [200, body]);
  const problem = problemOf(await lister.page(request, signal));
  expect([problem.code, isPermanent(problem)]).toEqual(['source-failed', false]);
  expect(asked.length).toBe(3);
  answers = [[200, body]];
  expect(await lister.page(request, signal)).toMatchObject({ ok: true, value: { objects: [], next: null } });
});

test('a listing by version that has to go on behind a key that is not UTF-8 says so', async () => {
  answers = [
    [
      200,
      '<ListVersionsResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextKeyMarker>a%FF</NextKeyMarker><NextVersionIdMarker>1</NextVersionIdMarker><Version><Key>a%FF</Key><VersionId>1</VersionId><IsLatest>true</IsLatest><ETag>"x"</ETag><Size>1</Size></Version></ListVersionsResult>',
    ],
  ];
  const pages = [];
  const whole = { bucket: 'acme-raw', from: '', to: null };
  for await (const each of listRanges(lister, [whole], { width: 1, pin: 'version', signal })) pages.push(each);
  expect(pages).toMatchObject([
    { ok: true, value: [{ key: 'a\udcff' }] },
    { ok: false, error: [{ code: 'listing-key-bytes' }] },
  ]);
});

describe('a listing ends with a failure instead of never where the store', () => {
  const object = (key: string): string =>
    `<Contents><Key>${key}</Key><ETag>"e"</ETag><Size>1</Size><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>`;
  const pageOf = (key: string, token: string): string =>
    `<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>${token}</NextContinuationToken>${object(key)}</ListBucketResult>`;
  const versions = (marker: string): string =>
    `<ListVersionsResult><IsTruncated>true</IsTruncated><NextKeyMarker>${marker}</NextKeyMarker><NextVersionIdMarker>1</NextVersionIdMarker></ListVersionsResult>`;
  test.each([
    ['repeats its token', 'etag', (n: number) => pageOf(`a${n}`, 't')],
    ['repeats a page under other tokens', 'etag', (n: number) => pageOf('a', `t${n}`)],
    ['goes back', 'etag', (n: number) => pageOf(n % 2 === 0 ? 'a' : 'b', `t${n}`)],
    ['repeats a marker', 'version', () => versions('a')],
    ['goes back to an earlier marker', 'version', (n: number) => versions(n % 2 === 0 ? 'a' : 'b')],
  ] as const)('%s', async (_, pin, answer) => {
    answers = Array.from({ length: 30 }, (_unused, n) => [200, answer(n)]);
    const pages = [];
    const whole = { bucket: 'acme-raw', from: '', to: null };
    for await (const each of listRanges(lister, [whole], { width: 1, pin, signal })) pages.push(each);
    expect(pages.at(-1)).toMatchObject({ ok: false, error: [{ code: 'source-failed' }] });
    expect(answers.length).toBeGreaterThan(20);
  });
});

test('what a proxy says is in the reason', async () => {
  answers = Array.from({ length: 3 }, () => [200, '<html>gateway\nbusy</html>']);
  expect(problemOf(await lister.page(request, signal)).message).toMatch(
    / failed \(UnexpectedAnswer, HTTP 200\): it sent '<html>gateway busy<\/html>' instead of <ListBucketResult> or/,
  );
});

test('a server that is away is a failure that may pass', async () => {
  const nowhere = s3Transfer(
    { endpoint: 'http://127.0.0.1:1', region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
    { connections: 1 },
  );
  const away = bucketLister(nowhere, { attempts: 2, firstDelayMs: 1, longestDelayMs: 1 });
  const problem = problemOf(await away.page(request, signal));
  expect([problem.code, isPermanent(problem)]).toEqual(['source-failed', false]);
  await nowhere.close();
});

describe('objects are pinned', () => {
  const versioning = (status: string): string => `<VersioningConfiguration>${status}</VersioningConfiguration>`;
  test.each([
    ['by version where the bucket keeps versions', 200, versioning('<Status>Enabled</Status>'), 'version'],
    ['by version where it has kept them', 200, versioning('<Status>Suspended</Status>'), 'version'],
    ['by ETag where it never has', 200, versioning(''), 'etag'],
    ['by ETag where it does not tell', 403, error('AccessDenied'), 'etag'],
    ['by ETag where the store knows no versions', 501, error('NotImplemented'), 'etag'],
  ])('%s', async (_, status, body, pin) => {
    answers = Array.from({ length: 3 }, () => [status, body]);
    expect(await lister.pinFor('acme-raw', signal)).toEqual({ ok: true, value: pin });
  });

  test("unless the answer is not S3's", async () => {
    answers = Array.from({ length: 3 }, () => [200, '<html>busy</html>']);
    expect(problemOf(await lister.pinFor('acme-raw', signal)).code).toBe('source-failed');
  });

  test('unless there is no bucket', async () => {
    answers = [[404, error('NoSuchBucket')]];
    expect(problemOf(await lister.pinFor('acme-raw', signal)).code).toBe('source-bucket-missing');
  });
});
