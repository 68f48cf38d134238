import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { reachSource } from '../../cli/migrate/reach-source.js';
import { listen } from '../support/http-server.js';
import { problemOf } from '../support/pages.js';

const before = { ...process.env };
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, {
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
});
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, before);
});

/** What is told, and the outcome. */
async function reach(endpoint: string) {
  const stderr = new PassThrough();
  const told: string[] = [];
  stderr.on('data', (chunk: Buffer) => told.push(chunk.toString()));
  const source = { endpoint, region: 'us-east-1' };
  const reached = await reachSource(source, 'lake', { env: {}, stderr }, new AbortController().signal);
  return { reached, told: told.join('') };
}

/** A store that answers each request so. */
async function store(status: number, body: string) {
  const asked: string[] = [];
  const server = await listen(({ url = '' }, response) => {
    asked.push(url);
    response.writeHead(status).end(body);
  });
  return { ...server, asked };
}

const credentials = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };

test('without credentials nothing is asked', async () => {
  const source = await store(200, '');
  const { url, asked } = source;
  const { reached, told } = await reach(url);
  await source.stop();
  expect(problemOf(reached)).toMatchObject({
    code: 'no-credentials',
    message: 'No AWS credentials were found in the environment, the shared files or the instance.',
    fix: expect.stringContaining('AWS_PROFILE'),
  });
  expect(told).toBe(`Asking ${url} …\n`);
  expect(asked).toEqual([]);
});

test('a source that answers is reached', async () => {
  Object.assign(process.env, credentials);
  const source = await store(200, '<VersioningConfiguration/>');
  expect((await reach(source.url)).reached).toEqual({ ok: true, value: undefined });
  await source.stop();
});

test('a source that does not work is asked twice, and no more', async () => {
  Object.assign(process.env, credentials);
  const source = await store(503, '<Error><Code>ServiceUnavailable</Code></Error>');
  expect(problemOf((await reach(source.url)).reached)).toMatchObject({ code: 'source-failed' });
  expect(source.asked).toHaveLength(2);
  await source.stop();
  // Nobody listens any longer.
  expect(problemOf((await reach(source.url)).reached)).toMatchObject({
    code: 'source-failed',
    message: expect.stringContaining('gave no complete answer: connect ECONNREFUSED'),
  });
});
