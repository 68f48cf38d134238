import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RequestListener } from 'node:http';
import { probeObjectStore } from '../../openstack/probe/index.js';
import { listen } from '../support/http-server.js';
import type { LocalServer } from '../support/http-server.js';
import { cli } from '../support/run-cli.js';

const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };

let requests: string[];
let answer: RequestListener;
let server: LocalServer;
beforeEach(async () => {
  requests = [];
  server = await listen((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    answer(request, response);
  });
});
afterEach(() => server.stop());

describe('--endpoint', () => {
  test.each([
    ['nothing', () => ''],
    ['a path', () => '/s3'],
    ['another scheme', () => 'ftp://rgw.acme.example'],
    ['no host', () => 'http:///bucket'],
    ['spaces', (url: string) => ` ${url}`],
    ['a password', (url: string) => url.replace('//', '//ada:hidden@')],
    ['a password with a slash', (url: string) => url.replace('//', '//ada:hid/hidden@')],
    ['a query', (url: string) => `${url}/?token=hidden`],
    ['a fragment', (url: string) => `${url}/#hidden`],
  ])('with %s is wrong use: nothing is sent, nothing of it is printed', async (_, endpointOf) => {
    answer = (_request, response) => response.end();
    const run = await cli(['probe', 'object-store', '--endpoint', endpointOf(server.url)], keys);
    expect(run).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: --endpoint must be an http or https URL with a host, and without user, password, query or fragment, such as https://rgw.acme.example\n',
    });
    expect(requests).toEqual([]);
  });
});

test.each([
  ['a web page', '<html><body>Welcome</body></html>', 'with other content'],
  ['an empty answer', '', 'empty'],
])('%s for everything is not an object store', async (_, body, returned) => {
  answer = (request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'Content-Type': 'text/html' }).end(body));
  };
  const { code, stdout, stderr } = await cli(['probe', 'object-store', '--endpoint', server.url], keys);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(`${server.url} is not an object store: an object that it accepted reads back ${returned}`);
  expect(stderr).toContain('[not-an-object-store]');
});

describe('an endpoint that does not answer in time', () => {
  const target = () => ({ endpoint: server.url, region: 'us-east-1', credentials });
  const silent = () => ({
    ok: false,
    error: [
      expect.objectContaining({
        code: 's3-timeout',
        message: expect.stringMatching(
          new RegExp(`^${server.url} did not answer in time: no complete answer.* within 0.3 s.$`),
        ),
      }),
      // It may have been created all the same.
      expect.objectContaining({
        code: 'left-behind',
        severity: 'warning',
        message: expect.stringMatching(/^The bucket a2o-probe-\w+ at http\S+ remains\.$/),
        fix: expect.stringContaining(`--force --endpoint-url ${server.url}`),
      }),
    ],
  });

  test('is given up when it sends nothing', async () => {
    answer = (request) => request.resume();
    expect(await probeObjectStore(target(), () => undefined, { timeoutMs: 300 })).toEqual(silent());
  });

  test('is given up when its answer comes byte by byte', async () => {
    answer = (request, response) => {
      request.resume();
      if (request.method !== 'GET') return response.writeHead(200).end();
      const drip = setInterval(() => response.write('x'), 20);
      return response.on('close', () => {
        clearInterval(drip);
      });
    };
    expect(await probeObjectStore(target(), () => undefined, { timeoutMs: 300 })).toEqual(silent());
  });
});
