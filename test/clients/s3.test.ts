import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { IncomingMessage, RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { s3Client, s3Diagnostic } from '../../clients/s3/index.js';
import type { S3Target } from '../../clients/s3/index.js';
import { formatDiagnostic } from '../../core/diagnostic.js';
import { motoCredentials, startMoto } from '../../environments/moto/moto.js';
import type { Moto } from '../../environments/moto/moto.js';
import { makeCertificate } from '../support/certificate.js';
import type { ServerCertificate } from '../support/certificate.js';
import { failuresOf } from '../support/failures.js';
import { listen } from '../support/http-server.js';
import type { LocalServer } from '../support/http-server.js';

const place = { Bucket: 'lake', Key: 'a/b' };
let server: LocalServer | undefined;
let seen: { url: string; headers: IncomingMessage['headers']; body: string }[] = [];
afterEach(async () => {
  await server?.stop();
  server = undefined;
  seen = [];
});

async function serve(answer: RequestListener, certificate?: ServerCertificate): Promise<string> {
  server = await listen((request, response) => {
    void text(request).then((body) => {
      seen.push({ url: request.url ?? '', headers: request.headers, body });
      answer(request, response);
    });
  }, certificate);
  return server.url;
}

const done: RequestListener = (_, response) => response.writeHead(200).end();

function clientOf(target: Partial<S3Target>) {
  return s3Client({ region: 'us-east-1', credentials: motoCredentials, ...target }, { maxAttempts: 1 });
}

describe('what is sent', () => {
  const bodies = (): [string, string | Readable][] => [
    ['text', 'content'],
    ['a stream', Readable.from([Buffer.from('content')])],
  ];

  test('of content is followed by a checksum where the store takes one', async () => {
    const certificate = makeCertificate('IP:127.0.0.1');
    const endpoint = await serve(done, certificate);
    const client = clientOf({ endpoint, ca: certificate.cert, capabilities: { trailingChecksums: true } });
    for (const [, Body] of bodies()) await client.send(new PutObjectCommand({ ...place, Body, ContentLength: 7 }));
    const [plain, streamed] = seen;
    expect(plain?.headers).toHaveProperty('x-amz-checksum-crc32');
    expect(streamed?.headers).toMatchObject({
      'content-encoding': 'aws-chunked',
      'x-amz-trailer': 'x-amz-checksum-crc32',
    });
    expect(streamed?.body).toContain('x-amz-checksum-crc32:');
  });

  test('is the content alone where the store takes none', async () => {
    const certificate = makeCertificate('IP:127.0.0.1');
    const endpoint = await serve(done, certificate);
    const client = clientOf({ endpoint, ca: certificate.cert, capabilities: { trailingChecksums: false } });
    for (const [, Body] of bodies()) await client.send(new PutObjectCommand({ ...place, Body, ContentLength: 7 }));
    await client.send(new GetObjectCommand(place));
    expect(seen.map(({ body }) => body)).toEqual(['content', 'content', '']);
    const names = seen.flatMap(({ headers }) => Object.keys(headers));
    expect(names.filter((name) => /checksum|trailer|sdk-checksum|content-encoding/.test(name))).toEqual([]);
  });

  test('names the bucket in the path, and says of a deletion that nothing follows', async () => {
    await clientOf({ endpoint: await serve(done) }).send(new DeleteObjectCommand(place));
    expect(seen).toEqual([
      expect.objectContaining({
        url: '/lake/a/b?x-id=DeleteObject',
        headers: expect.objectContaining({ 'content-length': '0' }),
      }),
    ]);
  });
});

describe('failures', () => {
  const certificate = makeCertificate('DNS:rgw.example');
  const other = makeCertificate('IP:127.0.0.1');
  const servers: LocalServer[] = [];
  const start = async (answer: RequestListener, shown?: ServerCertificate): Promise<string> => {
    const started = await listen(answer, shown);
    servers.push(started);
    return started.url;
  };
  const unreachable = /cannot be reached: .*\[s3-unreachable\]\n {2}fix: .*curl http/;
  const untrusted = /is not trusted: .*\[s3-certificate\]\n {2}fix: .*NODE_EXTRA_CA_CERTS.*A2O_TARGET_CA_FILE/;
  let refusedByTls = 0;
  const counted: RequestListener = (_, response) => {
    refusedByTls += 1;
    response.end();
  };
  const cases: readonly [string, () => Promise<Omit<S3Target, 'region'>>, RegExp][] = [
    ['another authority', async () => ({ endpoint: await start(counted, certificate), ca: other.cert }), untrusted],
    ['another name', async () => ({ endpoint: await start(counted, certificate), ca: certificate.cert }), untrusted],
    ['no authority', async () => ({ endpoint: await start(counted, certificate) }), untrusted],
    ['nothing listens', () => Promise.resolve({ endpoint: 'http://127.0.0.1:1' }), unreachable],
    ['no such host', () => Promise.resolve({ endpoint: 'http://store.invalid' }), unreachable],
    ['a connection reset', async () => ({ endpoint: await start(({ socket }) => socket.destroy()) }), unreachable],
    ['no TLS', async () => ({ endpoint: (await start(done)).replace('http:', 'https:') }), unreachable],
    [
      'silence',
      async () => ({ endpoint: await start(() => undefined) }),
      /no complete answer to S3 \w+ at http\S+ within 1 s\. \[s3-timeout\]/,
    ],
    ['a web page', async () => ({ endpoint: await start((_, answer) => answer.end('<html>Hi')) }), /\[s3-failed\]/],
    ['HTTP 500', async () => ({ endpoint: await start((_, answer) => answer.writeHead(500).end()) }), /\[s3-failed\]/],
    ['HTTP 403', async () => ({ endpoint: await start((_, answer) => answer.writeHead(403).end()) }), /\[s3-refused\]/],
  ];
  let targets: S3Target[];
  let said: readonly string[];
  beforeAll(async () => {
    const made = await Promise.all(cases.map(([, make]) => make()));
    targets = made.map((target) => ({ region: 'us-east-1', credentials: motoCredentials, ...target }));
    // A careless environment does not count.
    const careless = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    said = await failuresOf(
      targets.map((s3) => ({ s3 })),
      careless,
    );
  });
  afterAll(() => Promise.all(servers.map((each) => each.stop())));

  test.each(cases.map(([name, , expected], at) => [name, at, expected] as const))('%s', (_, at, expected) => {
    expect(said[at]).toMatch(expected);
    expect(said[at]).toContain(targets[at]?.endpoint);
  });

  test('of a certificate are found before anything is sent', () => {
    expect(refusedByTls).toBe(0);
  });

  test('no credentials', async () => {
    const credentials = (): Promise<never> =>
      Promise.reject(Object.assign(new Error('none here'), { name: 'CredentialsProviderError' }));
    const sent = clientOf({ endpoint: await serve(done), credentials }).send(new GetObjectCommand(place));
    const error: unknown = await sent.catch((caught: unknown) => caught);
    expect(s3Diagnostic(error, {})).toMatchObject({ code: 's3-no-credentials' });
  });

  test('a bug is thrown, not explained', () => {
    const bug = new TypeError('x is undefined');
    expect(() => s3Diagnostic(bug, {})).toThrow(bug);
  });
});

describe('moto', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
  }, 120_000);
  afterAll(() => moto.stop());

  test.each([undefined, true, false])('content comes back as it was, with trailing checksums %s', async (known) => {
    const capabilities = known === undefined ? {} : { trailingChecksums: known };
    const client = clientOf({ endpoint: moto.endpoint, capabilities });
    await client.send(new CreateBucketCommand({ Bucket: place.Bucket })).catch(() => undefined);
    await client.send(new PutObjectCommand({ ...place, Body: 'content' }));
    const { Body } = await client.send(new GetObjectCommand(place));
    expect(await Body?.transformToString()).toBe('content');
    await client.send(new DeleteObjectCommand(place));
  });

  test('a bucket that is not there is named', async () => {
    const client = clientOf({ endpoint: moto.endpoint });
    const error: unknown = await client
      .send(new ListObjectsV2Command({ Bucket: 'gone' }))
      .catch((caught: unknown) => caught);
    const { endpoint } = moto;
    expect(formatDiagnostic(s3Diagnostic(error, { endpoint }))).toMatch(
      /The bucket 'gone' does not exist at \S+ \(NoSuchBucket, HTTP 404\).*\[s3-no-such-bucket\]\n {2}fix: /,
    );
  });
});
