import { ListTasksCommand } from '@aws-sdk/client-datasync';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { AdaptiveCalls } from '../../assessments/glue-catalog/adaptive-calls.js';
import { connectGlue } from '../../assessments/glue-catalog/glue-api.js';
import { athenaClient } from '../../clients/athena/index.js';
import { awsFailure } from '../../clients/aws-failure.js';
import { mayAskAgain } from '../../clients/answer-limit.js';
import { cloudWatchClient, readEngineMetrics } from '../../clients/cloudwatch/index.js';
import { connectionFailure } from '../../clients/connection-failure.js';
import { dataSyncClient } from '../../clients/datasync.js';
import { ec2Client } from '../../clients/ec2/client.js';
import { glueTables } from '../../clients/glue/client.js';
import { s3Client, s3Diagnostic } from '../../clients/s3/index.js';
import { boundedBy } from '../../clients/s3/target.js';
import { bucketLister } from '../../clients/s3/listing/index.js';
import { s3Transfer } from '../../clients/s3/transfer/index.js';
import { sendRequest } from '../../clients/send-request.js';
import { signIn } from '../../clients/swift/keystone.js';
import { transport } from '../../clients/transfer/index.js';
import { withRetries } from '../../clients/transfer/retry.js';
import { trinoClient } from '../../clients/trino/index.js';
import { fail } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { httpSender } from '../../openstack/session/http.js';
import { withState } from '../../state/index.js';
import { listen } from '../support/http-server.js';
import type { LocalServer } from '../support/http-server.js';
import { serverLocation } from '../support/state-engines.js';

/** Of each attempt, in place of the half minute of a user. */
const answerMs = 150;
const twice = { attempts: 2, firstDelayMs: 1, longestDelayMs: 1 };
const region = 'eu-central-1';
const credentials = { accessKeyId: 'a', secretAccessKey: 'hidden' };
const never = new AbortController().signal;

/** Servers that accept a request and leave it there. */
const behaviours: Readonly<Record<string, RequestListener>> = {
  'answers nothing': (request) => void request.resume(),
  'answers byte by byte': (request, response) => {
    request.resume();
    response.writeHead(200, { 'Content-Type': 'application/json' });
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => {
      clearInterval(drip);
    });
  },
};

/** What a client says of a server that does not answer; the test has a name for what it asks. */
const clients: Readonly<Record<string, { says: RegExp; ask: (url: string) => Promise<string> }>> = {
  'Glue, assessed': {
    says: /no complete answer to Glue GetTables at http:\S+ within 0.15 s/,
    ask: async (endpoint) => {
      process.env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId;
      process.env['AWS_SECRET_ACCESS_KEY'] = credentials.secretAccessKey;
      const glue = await connectGlue({ endpoint, region, answerMs });
      if (!glue.ok) return problemOf(glue);
      const limits = { maxAttempts: 2, baseDelayMs: 1, random: () => 0 };
      const calls = new AdaptiveCalls(limits, never);
      const answer = await calls.call((options) => glue.value.api.getTables({ DatabaseName: 'd' }, options));
      glue.value.close();
      return answer.ok ? '' : answer.error.message;
    },
  },
  'Glue, asked for a table': {
    says: /no complete answer to Glue GetTable at http:\S+ within 0.15 s/,
    ask: async (endpoint) => {
      const glue = glueTables({ endpoint, region, credentials, answerMs });
      const answer = await glue.metadataOf({ database: 'd', table: 't' }, never);
      glue.close();
      return problemOf(answer);
    },
  },
  'S3 by the SDK': {
    says: /http:\S+ did not answer in time: no complete answer to S3 HeadBucket at http:\S+ within 0.15 s/,
    ask: async (endpoint) => {
      const client = s3Client({ endpoint, region, credentials, answerMs }, { maxAttempts: 2 });
      const said = await refusalOf(client.send(new HeadBucketCommand({ Bucket: 'b' })));
      client.destroy();
      return s3Diagnostic(said, { endpoint }).message;
    },
  },
  'S3 by our own requests': {
    says: /http:\S+ gave no complete answer: no complete answer to GET http:\S+\/b\/ within 0.15 s/,
    ask: async (endpoint) => {
      const transfer = s3Transfer({ endpoint, region, credentials }, { connections: 1 });
      const answer = await bucketLister(transfer, twice, answerMs).pinFor('b', never);
      await transfer.close();
      return problemOf(answer);
    },
  },
  Athena: {
    says: /Athena in eu-central-1 cannot be reached: no complete answer to Athena StartQueryExecution at http:\S+ within/,
    ask: async (endpoint) =>
      problemOf(await athenaClient({ endpoint, region, credentials, answerMs }).query('SELECT 1')),
  },
  DataSync: {
    says: /no complete answer to DataSync ListTasks at http:\S+ within 0.15 s/,
    ask: async (endpoint) => {
      const client = dataSyncClient({ endpoint, region, credentials, answerMs });
      return awsFailure(await refusalOf(client.send(new ListTasksCommand({})))).reason;
    },
  },
  CloudWatch: {
    says: /CloudWatch of the source did not answer .*: no complete answer to CloudWatch ListMetrics at http:\S+ within/,
    ask: async (endpoint) => {
      const client = cloudWatchClient({ endpoint, region, credentials, answerMs });
      return problemOf(await readEngineMetrics(client, { from: new Date(0), to: new Date(1) }));
    },
  },
  EC2: {
    says: /no complete answer to POST http:\S+ within 0.15 s/,
    ask: async (endpoint) => {
      const client = ec2Client({ endpoint, region, credentials, answerMs }, twice);
      const answer = await client.send('DescribeInstances', {}, never);
      return answer.ok ? '' : answer.error.reason;
    },
  },
  'Keystone, for Swift': {
    says: /no complete answer to POST http:\S+\/v3\/auth\/tokens within 0.15 s/,
    ask: async (url) => {
      const connection = transport({ connections: 1 });
      const answer = await signIn((request) => connection.send(request), {
        authUrl: `${url}/v3`,
        auth: { hidden: 'hidden' },
        region,
        answerMs,
      });
      await connection.close();
      return answer.ok ? '' : answer.error.reason;
    },
  },
  'a service of OpenStack': {
    says: /no complete answer to GET http:\S+\/v2.1\/servers within 0.15 s/,
    ask: async (url) => {
      const answer = await httpSender({ timeoutMs: answerMs })({ url: `${url}/v2.1/servers?token=hidden` });
      return answer.ok ? '' : answer.error;
    },
  },
  Trino: {
    says: /no complete answer to POST \/v1\/statement within 0.15 s/,
    ask: async (url) => {
      const trino = trinoClient({ url, user: 'ada' }, { requestTimeoutMs: answerMs });
      return problemOf(await trino.query('SELECT 1'));
    },
  },
  'a webhook, as of Slack': {
    says: /^no complete answer to POST http:\/\/127.0.0.1:\d+ within 0.15 s$/,
    ask: async (url) => {
      const request = { method: 'POST', headers: {}, body: '{}', timeoutMs: answerMs } as const;
      return connectionFailure(await refusalOf(sendRequest(new URL(`${url}/services/hidden`), request)))?.reason ?? '';
    },
  },
};

function problemOf(result: Result<unknown>): string {
  return result.ok ? '' : result.error.map(({ message }) => message).join('\n');
}

async function refusalOf(answer: Promise<unknown>): Promise<unknown> {
  return await answer.then(
    () => new Error('it answered'),
    (error: unknown) => error,
  );
}

describe.each(Object.entries(behaviours))('a server that %s', (_, behaviour) => {
  let server: LocalServer;
  beforeAll(async () => {
    server = await listen(behaviour);
  });
  afterAll(() => server.stop());

  test.each(Object.entries(clients))(
    'is given up by the client of %s, which says what it asked',
    async (_name, client) => {
      const said = await client.ask(server.url);
      expect(said).toMatch(client.says);
      expect(said).not.toContain('hidden');
    },
  );
});

test('a server that takes a connection for PostgreSQL and says nothing is given up', async () => {
  const server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `postgresql://ada:hidden@127.0.0.1:${port}/lake?connect_timeout=1&sslmode=disable`;
  const found = await withState(serverLocation(url), { access: 'read', purpose: 'test' }, () => Promise.resolve());
  server.close();
  expect(found).toMatchObject({ ok: false, error: [{ path: expect.stringContaining(`127.0.0.1:${port}/lake`) }] });
  expect(JSON.stringify(found)).toMatch(/connect_timeout/);
  expect(JSON.stringify(found)).not.toContain('hidden');
});

describe('all attempts together end within a minute', () => {
  test('another attempt is made only if it can end in time', () => {
    const now = performance.now();
    expect(mayAskAgain(now - 25_000, now - 25_000)).toBe(true);
    expect(mayAskAgain(now - 50_000, now - 25_000)).toBe(false);
    expect(mayAskAgain(now - 30_000, now - 30_000)).toBe(false);
  });

  test('a request of ours is not repeated after that', async () => {
    let attempts = 0;
    const work = (): Promise<Result<never, { status: 0; code: string; reason: string }>> => {
      attempts += 1;
      return Promise.resolve(fail({ status: 0, code: 'timeout', reason: '' }));
    };
    await withRetries(work, { attempts: 3, firstDelayMs: 1, longestDelayMs: 1 }, never);
    await withRetries(work, { attempts: 3, firstDelayMs: 1, longestDelayMs: 1, silenceMs: -1 }, never);
    expect(attempts).toBe(3 + 1);
  });

  test("the SDK's retries end, too", async () => {
    let asked = 0;
    const silent = (): Promise<never> => {
      asked += 1;
      return Promise.reject(Object.assign(new Error('no answer'), { name: 'TimeoutError' }));
    };
    const request = { protocol: 'http:', hostname: 'glue', headers: {} };
    const send = boundedBy(answerMs)(silent, { clientName: 'GlueClient', commandName: 'GetTableCommand' });
    // The SDK asks again after this error, and not after the other one.
    await expect(send({ request })).rejects.toMatchObject({ name: 'TimeoutError' });
    const now = performance.now.bind(performance);
    performance.now = () => now() + 59_000;
    try {
      await expect(send({ request })).rejects.toMatchObject({ name: 'NoAnswerError' });
    } finally {
      performance.now = now;
    }
    expect(asked).toBe(2);
  });
});
