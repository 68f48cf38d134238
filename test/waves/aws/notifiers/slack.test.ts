import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { text } from 'node:stream/consumers';
import { postToSlack, slackText } from '../../../../waves/aws/notifiers/slack.js';
import { listen } from '../../../support/http-server.js';
import type { LocalServer } from '../../../support/http-server.js';

let server: LocalServer;
let status: number;
let posted: { readonly type: string | undefined; readonly body: unknown }[];

beforeEach(async () => {
  status = 200;
  posted = [];
  server = await listen((request, response) => {
    void text(request).then((body) => {
      posted.push({ type: request.headers['content-type'], body: JSON.parse(body) });
      response.writeHead(status).end('ok');
    });
  });
});

afterEach(async () => {
  await server.stop();
});

const alarm = JSON.stringify({
  AlarmName: 'dead-letters',
  AlarmDescription: 'More than 5 messages <failed>.',
  NewStateValue: 'ALARM',
  NewStateReason: 'Threshold Crossed: 6 > 5 & rising',
});

test('an alarm is one line for a person, escaped as Slack wants it', async () => {
  await postToSlack(`${server.url}/services/secret`, alarm);
  expect(posted).toEqual([
    {
      type: 'application/json',
      body: {
        text: 'ALARM: dead-letters. More than 5 messages &lt;failed&gt;. Threshold Crossed: 6 &gt; 5 &amp; rising See docs/waves/runbook.md.',
      },
    },
  ]);
});

test.each([
  ['text', 'The budget is used up', 'The budget is used up'],
  ['JSON of something else', '{"detail":"<x>"}', '{"detail":"&lt;x&gt;"}'],
  ['a number', '7', '7'],
  ['null', 'null', 'null'],
  ['an alarm that only has a name', '{"AlarmName":"lag"}', ': lag.   See docs/waves/runbook.md.'],
])('a message that is %s is passed on as it is', (_what, message, shown) => {
  expect(slackText(message)).toBe(shown);
});

test.each([
  [429, 'TransientError', 'Slack answered with 429.'],
  [503, 'TransientError', 'Slack answered with 503.'],
  [404, 'PrerequisiteError', 'Slack refused the webhook (404). Put a new URL into the secret'],
])('an answer of %d is a %s', async (given, name, message) => {
  status = given;
  await expect(postToSlack(`${server.url}/services/secret`, alarm)).rejects.toMatchObject({
    name,
    message: expect.stringContaining(message),
  });
});

test('no answer is for another attempt, and no message shows the URL', async () => {
  const { url } = server;
  await server.stop();
  const problem = await postToSlack(`${url}/services/secret`, alarm).catch((error: unknown) => error as Error);
  expect(problem).toMatchObject({ name: 'TransientError', message: expect.stringContaining('Slack did not answer') });
  expect((problem as Error).message).not.toContain('secret');
});

test.each(['', 'hooks.slack.com/services/secret', 'http://hooks.slack.com/services/secret'])(
  'a secret that is %p is refused without showing it',
  async (webhook) => {
    await expect(postToSlack(webhook, alarm)).rejects.toMatchObject({
      name: 'PrerequisiteError',
      message: 'The secret of the Slack webhook is not an https URL. Put one into it (docs/waves/runbook.md).',
    });
  },
);
