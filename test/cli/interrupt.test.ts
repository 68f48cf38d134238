import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listen } from '../support/http-server.js';
import type { LocalServer } from '../support/http-server.js';
import { until } from '../support/jobs.js';
import { command } from '../support/processes.js';

jest.setTimeout(60_000);

/** A second Ctrl-C counts after this time; npm and a terminal pass on the first one twice. */
const againMs = 400;
const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'hidden' };

let folder = '';
let requests: string[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let server: LocalServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-interrupt-'));
  mkdirSync(join(folder, 'tmp'));
  requests = [];
  server = await listen((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    request.resume();
    answer(request, response);
  });
});
afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null; readonly stderr: string }>;
}

function start(args: readonly string[], env: Readonly<Record<string, string>>): Running {
  const child = spawn(process.execPath, [command, ...args], {
    env: { ...process.env, TMPDIR: join(folder, 'tmp'), A2O_STATE_DIR: join(folder, 'state'), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => ({
    code: code as number | null,
    signal: signal as string | null,
    stderr,
  }));
  return { child, ended };
}

const requested = (pattern: RegExp): Promise<true> =>
  until(() => (requests.some((request) => pattern.test(request)) ? true : undefined));

describe('probe object-store', () => {
  const probe = (): Running => start(['probe', 'object-store', '--endpoint', server.url], keys);

  /** What a store has to do to be tested, and to be cleaned up. */
  function store(): void {
    const objects = new Map<string, Buffer>();
    answer = (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', server.url);
      const isBucket = pathname.split('/').length === 2 || pathname.endsWith('/');
      const reply = (status: number, body: string | Buffer = ''): void => void response.writeHead(status).end(body);
      if (request.method === 'PUT' && !isBucket) {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          objects.set(pathname, contentOf(Buffer.concat(chunks), request));
          setTimeout(reply, 100, 200);
        });
      } else if (request.method === 'GET' && !isBucket) {
        const found = objects.get(pathname);
        reply(found === undefined ? 404 : 200, found);
      } else if (request.method === 'GET' && searchParams.has('list-type')) {
        const entries = [...objects.keys()].map(
          (key) => `<Contents><Key>${key.split('/').slice(2).join('/')}</Key></Contents>`,
        );
        reply(200, `<ListBucketResult><IsTruncated>false</IsTruncated>${entries.join('')}</ListBucketResult>`);
      } else if (request.method === 'GET' && (searchParams.has('uploads') || searchParams.has('versions'))) {
        reply(501);
      } else if (request.method === 'DELETE') {
        objects.delete(pathname);
        reply(204);
      } else if (request.method === 'PUT' && [...searchParams.keys()].every((key) => key.startsWith('x-'))) {
        reply(200);
      } else {
        reply(501);
      }
    };
  }

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s removes the bucket, and ends with %i', async (signal, code) => {
    store();
    const { child, ended } = probe();
    await requested(/^PUT \/a2o-probe-\w+\/kept/);
    child.kill(signal);
    const end = await ended;
    expect(end).toMatchObject({ code, signal: null });
    expect(end.stderr).toContain('Interrupted: the bucket is being removed.');
    expect(end.stderr).toContain('[probe-interrupted]');
    expect(end.stderr).not.toContain('left-behind');
    expect(requests.at(-1)).toMatch(/^DELETE \/a2o-probe-\w+\/?(\?|$)/);
  });

  test('a second Ctrl-C ends it at once, and names the bucket that remains', async () => {
    // It takes the bucket, and answers nothing about objects.
    answer = (request, response) => {
      if (request.method === 'PUT' && (request.url ?? '').split('?')[0]?.split('/').filter(Boolean).length === 1)
        response.end();
    };
    const { child, ended } = probe();
    await requested(/^PUT \/a2o-probe-\w+\/kept/);
    child.kill('SIGINT');
    await delay(againMs);
    child.kill('SIGINT');
    const end = await ended;
    expect(end).toMatchObject({ code: 130, signal: null });
    expect(end.stderr).toMatch(
      /warning: The bucket a2o-probe-\w+ at http:\S+ remains\. \[left-behind\]\n {2}fix: .*aws s3 rb/,
    );
    expect(end.stderr).not.toContain('hidden');
  });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('a command that waits for a service ends at %s with %i, and says so', async (signal, code) => {
  answer = () => undefined;
  const { child, ended } = start(['infra', 'status', '--mapping', 'default'], {
    OS_AUTH_URL: `${server.url}/v3`,
    OS_USERNAME: 'ada',
    OS_PASSWORD: 'hidden',
    OS_PROJECT_NAME: 'lake',
  });
  await requested(/\/v3\/auth\/tokens/);
  child.kill(signal);
  expect(await ended).toEqual({ code, signal: null, stderr: `Interrupted by ${signal}.\n` });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('migrate plan leaves no temporary folder at %s', async (signal, code) => {
  answer = () => undefined;
  const files = ['--assessment', 'examples/demo', '--mapping', 'default', '--source-endpoint-url', server.url];
  const { child, ended } = start(['migrate', 'plan', ...files], keys);
  await requested(/versioning/);
  child.kill(signal);
  expect(await ended).toMatchObject({ code, signal: null });
  expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
});

/** Without the frames that the SDK sends with a trailing checksum. */
function contentOf(body: Buffer, { headers }: IncomingMessage): Buffer {
  if (headers['x-amz-trailer'] === undefined && !String(headers['content-encoding']).includes('aws-chunked'))
    return body;
  const end = body.indexOf('\r\n');
  const length = Number.parseInt(body.subarray(0, end).toString().split(';')[0] ?? '', 16);
  return body.subarray(end + 2, end + 2 + length);
}
