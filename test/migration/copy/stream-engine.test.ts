import { afterEach, describe, expect, test } from '@jest/globals';
import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { CopiedContent, CopyOutcome, PartHashes } from '../../../migration/copy/copy-engine.js';
import { LiveLimits } from '../../../migration/copy/limits.js';
import { s3PartRules, streamEngine } from '../../../migration/copy/stream/index.js';
import type { StreamEngineOptions } from '../../../migration/copy/stream/index.js';
import { collect, sha256 } from '../../support/copy-stores.js';
import { listen } from '../../support/http-server.js';
import type { LocalServer } from '../../support/http-server.js';

const content = Buffer.from('some content');
const ref = {
  bucket: 'lake',
  key: 'a/b',
  versionId: null as string | null,
  etag: 'e1',
  size: content.length,
  lastModified: '2026-01-01T00:00:00Z',
  storageClass: 'STANDARD_IA',
};
const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
type Answer = (response: ServerResponse, asked: Asked, number: number) => void;

let servers: LocalServer[] = [];
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  servers = [];
});

/** A store that answers as the test says, and what it was asked. */
async function store(answer: Answer): Promise<{ readonly url: string; readonly asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = await listen((request, response) => {
    void buffer(request).then((body) => {
      const { method = '', url = '', headers } = request;
      asked.push({ method, url, headers, body: body.toString() });
      answer(response, { method, url, headers, body: body.toString() }, asked.length);
    });
  });
  servers.push(server);
  return { url: server.url, asked };
}

const error =
  (status: number, code: string, message = ''): Answer =>
  (response, { method }) =>
    response
      .writeHead(status)
      .end(method === 'HEAD' ? undefined : `<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
const noTags: Answer = (response) => response.end('<Tagging><TagSet/></Tagging>');
const withTags =
  (answer: Answer, tags: Answer = noTags): Answer =>
  (response, asked, number) => {
    (asked.url.includes('tagging=') ? tags : answer)(response, asked, number);
  };
const gives = (headers: Record<string, string> = {}, tags?: Answer): Answer =>
  withTags(
    (response) => response.writeHead(200, { etag: '"e1"', 'content-length': content.length, ...headers }).end(content),
    tags,
  );
const oneTag: Answer = (response) =>
  response.end('<Tagging><TagSet><Tag><Key>a&amp;b</Key><Value>c</Value></Tag></TagSet></Tagging>');
const takes: Answer = (response) => response.writeHead(200, { etag: '"t1"' }).end();

async function copyOne(
  from: Answer,
  to: Answer,
  target: Partial<Extract<StreamEngineOptions['target'], { readonly type: 's3' }>> = {},
  source: Partial<typeof ref> = {},
  resume?: PartHashes,
): Promise<{ outcome: CopyOutcome | undefined; source: Asked[]; target: Asked[] }> {
  const [reads, writes] = [await store(from), await store(to)];
  const at = (endpoint: string) => ({ endpoint, region: 'us-east-1', credentials });
  const engine = streamEngine({
    source: at(reads.url),
    target: { type: 's3', store: at(writes.url), ...target },
    readBackShare: 0,
    retries: { attempts: 3, firstDelayMs: 1, longestDelayMs: 2 },
  });
  const task = { source: { ...ref, ...source }, target: { bucket: 'there', key: ref.key }, ...(resume && { resume }) };
  const options = { signal: new AbortController().signal, limits: new LiveLimits() };
  const [outcome] = await collect(engine.copy([task], options));
  await engine.close();
  return { outcome, source: reads.asked, target: writes.asked };
}

describe('what the source answers is what becomes of the object', () => {
  test.each([
    ['an archive', error(403, 'InvalidObjectState'), 'refused', 'object-archived', 1],
    [
      'a KMS key',
      error(403, 'AccessDenied', 'not authorized to perform: kms:Decrypt'),
      'refused',
      'source-key-denied',
      1,
    ],
    ['a KMS key that is off', error(400, 'KMS.DisabledException'), 'refused', 'source-key-denied', 2],
    [
      "a customer's key",
      error(400, 'InvalidRequest', 'The object was stored using a form of Server Side Encryption.'),
      'refused',
      'source-customer-key',
      2,
    ],
    ['no permission', error(403, 'AccessDenied'), 'refused', 'source-denied', 1],
    ['no such key', error(404, 'NoSuchKey'), 'gone', 'object-deleted', 1],
    ['no such version', error(404, 'NoSuchVersion'), 'gone', 'object-deleted', 1],
    ['a delete marker', error(405, 'MethodNotAllowed'), 'gone', 'object-deleted', 1],
    ['another content', error(412, 'PreconditionFailed'), 'gone', 'object-overwritten', 1],
    ['another content, by a store that knows no conditions', gives({ etag: '"e2"' }), 'gone', 'object-overwritten', 1],
    ['an expired token', error(400, 'ExpiredToken'), 'failed', 'source-failed', 3],
    ['a wrong clock', error(403, 'RequestTimeTooSkewed'), 'failed', 'source-failed', 3],
    ['it is busy', error(503, 'SlowDown'), 'failed', 'source-failed', 3],
    ['it is broken', error(500, 'InternalError'), 'failed', 'source-failed', 3],
  ] as const)('%s', async (_, answer, state, code, requests) => {
    const { outcome, source, target } = await copyOne(answer, takes);
    expect(outcome).toMatchObject({ state, sha256: null, bytes: 0, reason: { code, path: 's3://lake/a/b' } });
    expect(source.length).toBe(requests);
    expect(target).toEqual([]);
  });
});

describe('what the target answers is what becomes of the object', () => {
  test.each([
    ['no bucket', error(404, 'NoSuchBucket'), 'refused', 'target-bucket-missing', 1],
    ["somebody else's bucket", error(403, 'AccessDenied'), 'refused', 'target-denied', 1],
    ['a quota', error(403, 'QuotaExceeded'), 'refused', 'target-full', 1],
    ['a full disk', error(507, 'InsufficientCapacity'), 'refused', 'target-full', 3],
    ['other content than announced', error(400, 'XAmzContentSHA256Mismatch'), 'failed', 'content-damaged', 9],
    ['an expired token', error(400, 'ExpiredToken'), 'failed', 'target-failed', 3],
    ['a wrong clock', error(403, 'RequestTimeTooSkewed'), 'failed', 'target-failed', 3],
    ['it is busy', error(503, 'SlowDown'), 'failed', 'target-failed', 3],
  ] as const)('%s', async (_, answer, state, code, requests) => {
    const { outcome, target } = await copyOne(gives(), answer);
    expect(outcome).toMatchObject({ state, sha256: null, reason: { code } });
    expect(target.length).toBe(requests);
  });

  test('a clock that is wrong is corrected by that of the store', async () => {
    const ahead = new Date(Date.now() + 3_600_000);
    const { outcome, target } = await copyOne(gives(), (response, asked, number) => {
      response.setHeader('date', ahead.toUTCString());
      (number === 1 ? error(403, 'RequestTimeTooSkewed') : takes)(response, asked, number);
    });
    expect(outcome?.state).toBe('copied');
    const hourOf = (date: Date): string => date.toISOString().replace(/[-:]/g, '').slice(0, 11);
    expect(target.at(-1)?.headers['x-amz-date']).toContain(hourOf(ahead));
  });
});

test('an object that was read back says so, and where its time went', async () => {
  const [reads, writes] = [
    await store(gives()),
    await store((response, asked) => {
      (asked.method === 'GET' ? gives() : takes)(response, asked, 0);
    }),
  ];
  const at = (endpoint: string) => ({ endpoint, region: 'us-east-1', credentials });
  const engine = streamEngine({
    source: at(reads.url),
    target: { type: 's3', store: at(writes.url) },
    readBackShare: 1,
  });
  const spent = new Map<string, number>();
  const outcomes = await collect(
    engine.copy([{ source: ref, target: { bucket: 'there', key: ref.key } }], {
      signal: new AbortController().signal,
      limits: new LiveLimits(),
      onSpent: (on, ms) => {
        spent.set(on, (spent.get(on) ?? 0) + ms);
      },
    }),
  );
  await engine.close();
  expect(outcomes).toMatchObject([{ state: 'copied', isReadBack: true }]);
  expect([...spent.keys()].sort()).toEqual(['network', 'source', 'target']);
});

describe('an object is written', () => {
  test('with the hash of its content, pinned by what was listed', async () => {
    const { outcome, source, target } = await copyOne(gives(), takes, {}, { versionId: 'v 1' });
    expect(outcome).toMatchObject({ state: 'copied', bytes: content.length });
    expect(source[0]).toMatchObject({ url: '/lake/a/b?versionId=v%201', headers: { 'if-match': '"e1"' } });
    expect(target[0]).toMatchObject({ method: 'PUT', url: '/there/a/b', body: content.toString() });
    expect(target[0]?.headers['x-amz-content-sha256']).toBe(outcome?.sha256);
  });

  test.each([
    [{ STANDARD_IA: 'COLD' }, 'COLD'],
    [{}, undefined],
  ])('with its storage class by %j: %s', async (storageClasses, expected) => {
    const { target } = await copyOne(gives(), takes, { storageClasses });
    expect(target[0]?.headers['x-amz-storage-class']).toBe(expected);
  });

  test('without its tags where the target has none, and a note tells', async () => {
    const from = gives({ 'x-amz-tagging-count': '1' }, oneTag);
    const kept = await copyOne(from, takes);
    expect(kept.target[0]?.headers['x-amz-tagging']).toBe('a%26b=c');
    expect(kept.outcome?.notes).toBeUndefined();
    const left = await copyOne(from, takes, { tags: false });
    expect(left.target[0]?.headers).not.toHaveProperty('x-amz-tagging');
    expect(left.outcome?.notes).toMatchObject([
      { message: 'The object was copied without its tags.', severity: 'warning' },
    ]);
  });

  test('without tags that may not be read, and a note names the permission', async () => {
    const hidden = gives({}, error(403, 'AccessDenied'));
    for (const [versionId, permission] of [
      [null, 's3:GetObjectTagging'],
      ['v1', 's3:GetObjectVersionTagging'],
    ] as const) {
      const { outcome } = await copyOne(hidden, takes, {}, { versionId });
      expect(outcome).toMatchObject({
        state: 'copied',
        notes: [
          {
            code: 'object-not-carried-whole',
            message: `The object was copied without its tags, if it has any: the source's credentials may not read them (${permission}).`,
            fix: expect.stringContaining(`allow ${permission}`),
          },
        ],
      });
    }
  });

  test('with its tags from a store that does not tell how many there are', async () => {
    const { outcome, target } = await copyOne(gives({}, oneTag), takes);
    expect(target[0]?.headers['x-amz-tagging']).toBe('a%26b=c');
    expect(outcome?.notes).toBeUndefined();
  });

  test('from a store that knows no tags', async () => {
    const { outcome, source } = await copyOne(gives({}, error(501, 'NotImplemented')), takes);
    expect(outcome).toMatchObject({ state: 'copied' });
    expect(outcome?.notes).toBeUndefined();
    expect(source.filter(({ url }) => url.includes('tagging='))).toHaveLength(1);
  });

  test('only when the source says whether there are tags', async () => {
    const { outcome, target } = await copyOne(gives({}, error(503, 'SlowDown')), takes);
    expect(outcome).toMatchObject({ state: 'failed', reason: { code: 'source-failed' } });
    expect(target).toEqual([]);
  });

  test('metadata whose name the target changes is told', async () => {
    const to: Answer = (response) => response.writeHead(200, { etag: '"t"', 'x-amz-meta-a-b': '1' }).end();
    const { outcome } = await copyOne(gives({ 'x-amz-meta-a_b': '1' }), to);
    expect(outcome).toMatchObject({ state: 'copied', notes: [{ message: expect.stringContaining("'a_b'") }] });
  });

  test('headers and metadata that are not UTF-8 are left out, and told, instead of changed', async () => {
    const { outcome, target } = await copyOne(
      gives({ 'content-language': 'r\xe9sum\xe9', 'x-amz-meta-a': '\xe9', 'x-amz-meta-b': 'b' }),
      takes,
    );
    expect(target[0]?.headers).not.toHaveProperty('content-language');
    expect(target[0]?.headers).not.toHaveProperty('x-amz-meta-a');
    expect(target[0]?.headers).toMatchObject({ 'x-amz-meta-b': 'b' });
    expect(outcome?.notes?.map(({ message }) => message)).toEqual([
      "The object was copied without the header 'content-language', which is not UTF-8.",
      "The object was copied without the metadata 'a', which is not UTF-8.",
    ]);
  });

  test('what S3 cannot send or no target takes is told', async () => {
    const { outcome } = await copyOne(
      gives({ 'x-amz-missing-meta': '2', 'x-amz-object-lock-mode': 'GOVERNANCE' }),
      takes,
    );
    expect(outcome?.notes?.map(({ message }) => message)).toEqual([
      'The object was copied without 2 entries of metadata that S3 cannot send as headers.',
      'The object was copied without its object lock.',
    ]);
  });
});

describe('an upload in parts', () => {
  const size = content.length;
  const parts = { ...s3PartRules, wholeBytes: 5, partBytes: 5 };
  const etag = (body: string): string => hash('md5', body, 'hex');
  const sentParts = ['some ', 'conte', 'nt'];
  const etags = Buffer.concat(sentParts.map((body) => Buffer.from(etag(body), 'hex')));
  const objectTag = `"${hash('md5', etags, 'hex')}-3"`;
  const completed = '<CompleteMultipartUploadResult><ETag>"t-3"</ETag></CompleteMultipartUploadResult>';
  const from = withTags((response, { method, headers }) => {
    const [, first = 0, last = 0] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? '')?.map(Number) ?? [];
    if (method === 'HEAD') response.writeHead(200, { etag: '"e1"', 'content-length': size }).end();
    else
      response
        .writeHead(206, { etag: '"e1"', 'content-range': `bytes ${first}-${last}/${size}` })
        .end(content.subarray(first, last + 1));
  });

  /** A target that answers the completions so, in turn, and makes the object with the first if `makes` is set. */
  const target = (answers: readonly string[], makes: boolean, unknown = 'NoSuchUpload'): Answer => {
    let completions = 0;
    const uploads = new Set(['old']);
    return (response, { method, url, body }) => {
      const id = new URL(url, 'http://target').searchParams.get('uploadId') ?? '';
      if (method === 'POST' && url.includes('uploads=')) {
        uploads.add('u1');
        response.end('<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>');
      } else if (method === 'POST' && !uploads.has(id))
        error(404, unknown)(response, { method, url, headers: {}, body }, 0);
      else if (method === 'POST') response.end(answers[Math.min((completions += 1), answers.length) - 1]);
      else if (method === 'GET' && id !== '' && !uploads.has(id))
        error(404, unknown)(response, { method, url, headers: {}, body }, 0);
      else if (method === 'GET') {
        const left = [...uploads].map((each) => `<Upload><Key>a/b</Key><UploadId>${each}</UploadId></Upload>`);
        response.end(`<ListMultipartUploadsResult>${left.join('')}</ListMultipartUploadsResult>`);
      } else if (method === 'DELETE') {
        uploads.delete(id);
        response.writeHead(204).end();
      } else if (method === 'HEAD') response.writeHead(makes && completions > 0 ? 200 : 404, { etag: objectTag }).end();
      else response.writeHead(200, { etag: `"${etag(body)}"` }).end();
    };
  };
  const completions = (asked: readonly Asked[]): number =>
    asked.filter(({ method, url }) => method === 'POST' && !url.includes('uploads=')).length;

  const odd: readonly [string, string][] = [
    ['an error', '<?xml version="1.0"?>\n<Error><Code>InternalError</Code></Error>'],
    ['an error with a namespace', '<Error xmlns="x"><Code>InternalError</Code></Error>'],
    ['a page of a proxy', '<html>gateway busy</html>'],
    ['blanks', '  \n'],
    ['a result without an ETag', '<CompleteMultipartUploadResult/>'],
  ];

  test.each(odd)('that is answered 200 with %s is completed again', async (_, answer) => {
    const { outcome, target: asked } = await copyOne(from, target([answer, completed], false), { parts });
    expect(outcome).toMatchObject({ state: 'copied', bytes: size });
    expect(completions(asked)).toBe(2);
    const sent = asked.filter(({ method }) => method === 'PUT').sort((a, b) => (a.url < b.url ? -1 : 1));
    expect(sent.map(({ body }) => body)).toEqual(sentParts);
  });

  test.each(odd)('that is always answered 200 with %s is not copied, and keeps its parts', async (_, answer) => {
    const { outcome } = await copyOne(from, target([answer], false), { parts });
    expect(outcome).toMatchObject({ state: 'failed', reason: { code: 'target-failed' } });
    expect(outcome?.parts?.parts.length).toBe(3);
  });

  test.each(['NoSuchUpload', 'NoSuchKey'])('that has vanished (%s) is begun anew', async (unknown) => {
    const left = sentParts.map((body, index) => ({
      number: index + 1,
      bytes: body.length,
      sha256: sha256(Buffer.from(body)),
      etag: etag(body),
    }));
    const resume = { uploadId: 'gone', partBytes: 5, parts: left };
    const { outcome, target: asked } = await copyOne(from, target([completed], false, unknown), { parts }, {}, resume);
    expect(outcome).toMatchObject({ state: 'copied', bytes: size, parts: { uploadId: 'u1' } });
    expect(asked.filter(({ method }) => method === 'PUT')).toHaveLength(3);
  });

  test('without tags that may not be read tells so, too', async () => {
    const { outcome } = await copyOne(withTags(from, error(403, 'AccessDenied')), target([completed], false), {
      parts,
    });
    expect(outcome).toMatchObject({ state: 'copied', notes: [{ code: 'object-not-carried-whole' }] });
  });

  test('whose answer was lost on the way is found at the target', async () => {
    const { outcome, target: asked } = await copyOne(from, target(['<html>busy</html>'], true), { parts });
    expect(outcome).toMatchObject({ state: 'copied', bytes: size });
    expect(completions(asked)).toBe(1);
  });
});

test('a target that tells no ETag has not taken the object', async () => {
  const silent: Answer = (response) => response.writeHead(200).end();
  const page: Answer = (response) => response.writeHead(200, { etag: '"t"' }).end('<html>Please log in</html>');
  for (const answer of [silent, page])
    expect((await copyOne(gives(), answer)).outcome).toMatchObject({
      state: 'failed',
      reason: { code: 'target-failed' },
    });
});

describe('what was copied is compared with what the target gives back', () => {
  const whole = { size: content.length, sha256: sha256(content) };
  const halves = [content.subarray(0, 6), content.subarray(6)].map((half) => Buffer.from(sha256(half), 'hex'));
  const inParts = { size: content.length, sha256: `${sha256(Buffer.concat(halves))}-2`, partBytes: 6 };
  const ranges =
    (of: Buffer): Answer =>
    (response, { headers }) => {
      const [, from, to] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? '') ?? [];
      const part = from === undefined ? of : of.subarray(Number(from), Number(to) + 1);
      const range = { 'content-range': `bytes ${from ?? 0}-${to ?? 0}/${of.length}` };
      response.writeHead(from === undefined ? 200 : 206, { 'content-length': part.length, ...range }).end(part);
    };

  async function held(to: Answer, copied: CopiedContent) {
    const { url, asked } = await store(to);
    const at = { endpoint: url, region: 'us-east-1', credentials };
    const retries = { attempts: 2, firstDelayMs: 1, longestDelayMs: 2 };
    const engine = streamEngine({ source: at, target: { type: 's3', store: at }, retries });
    const answer = await engine.holds({ bucket: 'there', key: 'a/b' }, copied, new AbortController().signal);
    await engine.close();
    return { answer, asked };
  }

  test.each([
    ['the same bytes', gives(), whole, true],
    ['the same bytes of an object that was copied in parts', ranges(content), inParts, true],
    ['other bytes of the same size', ranges(Buffer.from('SOME CONTENT')), whole, false],
    ['other bytes in one part', ranges(Buffer.from('some CONTENT')), inParts, false],
    ['more bytes', ranges(Buffer.from('some content and more')), inParts, false],
    ['fewer bytes', ranges(Buffer.from('some')), whole, false],
    ['nothing', error(404, 'NoSuchKey'), whole, false],
    ['no such range', error(416, 'InvalidRange'), inParts, false],
  ])('%s', async (_what, to, copied, expected) => {
    expect((await held(to, copied)).answer).toEqual({ ok: true, value: expected });
  });

  test('a target that does not answer is not taken for one that lost the object', async () => {
    const { answer, asked } = await held(error(503, 'SlowDown'), whole);
    expect(answer).toMatchObject({ ok: false, error: [{ code: 'target-failed' }] });
    expect(asked).toHaveLength(2);
    expect((await held(error(403, 'AccessDenied'), whole)).answer).toMatchObject({ ok: false });
  });
});
