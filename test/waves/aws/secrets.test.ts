import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Secrets } from '../../../waves/aws/secrets.js';
import { listen } from '../../support/http-server.js';
import type { LocalServer } from '../../support/http-server.js';

let server: LocalServer;
let calls: number;
let answer: { readonly status?: number; readonly body: object };
let now: Date;
let secrets: Secrets;

beforeEach(async () => {
  calls = 0;
  answer = { body: { SecretString: ' whsec_one\n' } };
  now = new Date('2026-12-01T10:00:00Z');
  server = await listen((request, response) => {
    request.resume();
    calls += 1;
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answer.body));
  });
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const settings = { endpoint: server.url, region: 'eu-central-1', credentials, maxAttempts: 1 };
  secrets = new Secrets(new SecretsManagerClient(settings), () => now);
});

afterEach(async () => {
  await server.stop();
});

test('a secret is read once in five minutes, so that a changed one is used soon', async () => {
  expect(await secrets.read('arn:key')).toBe('whsec_one');
  answer = { body: { SecretString: 'whsec_two' } };
  now = new Date('2026-12-01T10:04:59Z');
  expect(await secrets.read('arn:key')).toBe('whsec_one');
  expect(calls).toBe(1);
  now = new Date('2026-12-01T10:05:00Z');
  expect(await secrets.read('arn:key')).toBe('whsec_two');
  expect(calls).toBe(2);
});

test.each([
  ['is empty', { body: { SecretString: ' ' } }],
  ['is binary', { body: { SecretBinary: 'AAAA' } }],
  ['has no value yet', { status: 400, body: { __type: 'ResourceNotFoundException', Message: 'no value' } }],
])('a secret that %s says how to put a value, and is asked for again', async (_what, given) => {
  answer = given;
  await expect(secrets.read('arn:key')).rejects.toMatchObject({
    name: 'PrerequisiteError',
    message: expect.stringContaining('aws secretsmanager put-secret-value --secret-id arn:key'),
  });
  answer = { body: { SecretString: 'whsec_one' } };
  expect(await secrets.read('arn:key')).toBe('whsec_one');
});

test.each([
  [400, 'AccessDeniedException', 'AccessDeniedException'],
  [500, 'InternalServiceError', 'TransientError'],
])('%d %s fails as %s', async (status, type, name) => {
  answer = { status, body: { __type: type, Message: 'it says why' } };
  await expect(secrets.read('arn:key')).rejects.toMatchObject({ name });
});
