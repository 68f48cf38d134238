import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { Context, SQSBatchResponse } from 'aws-lambda';
import { text } from 'node:stream/consumers';
import type { FunctionName } from '../../../stacks/waves/functions.js';
import type { Payload } from '../../../waves/payload/index.js';
import type { Outcome } from '../../../waves/state-machine/index.js';
import { DynamoStub } from '../../support/dynamo-stub.js';
import { listen } from '../../support/http-server.js';
import type { LocalServer } from '../../support/http-server.js';
import { MgnStub } from '../../support/mgn-stub.js';
import { ObjectStub } from '../../support/object-stub.js';
import { functionVariables } from '../../support/wave-cloud.js';
import { payloadOf } from '../../support/wave-payloads.js';

// The functions as Lambda calls them, on stubs of the services. The integration tests do the same on moto.
type Handler = (event: unknown, context: Context) => Promise<unknown>;

const dynamo = new DynamoStub();
const objects = new ObjectStub();
const mgn = new MgnStub();
let outside: LocalServer;
/** Types of the events on the bus. */
let events: string[];
/** What Slack and Cloud Migration Factory were sent, by path. */
let posted: (readonly [string, unknown])[];

beforeAll(async () => {
  await dynamo.start();
  await objects.start();
  await mgn.start();
  outside = await listen((request, response) => {
    void text(request).then((body) => {
      const { url = '', method = '', headers } = request;
      const operation = headers['x-amz-target'];
      if (operation === 'secretsmanager.GetSecretValue')
        response.end(JSON.stringify({ SecretString: secretOf((JSON.parse(body) as { SecretId: string }).SecretId) }));
      else if (operation === 'AWSEvents.PutEvents') {
        events.push(
          ...(JSON.parse(body) as { Entries: { DetailType: string }[] }).Entries.map((one) => one.DetailType),
        );
        response.end('{"FailedEntryCount":0}');
      } else {
        if (method !== 'GET') posted.push([url, JSON.parse(body)]);
        response.end(method === 'GET' ? '[{"server_id":"7","server_name":"vm-m-1"}]' : '{}');
      }
    });
  });
  const secrets = {
    callbackKey: 'callback-key',
    factoryToken: 'factory-token',
    slackWebhook: 'slack-webhook',
    cmdbAuthorization: 'cmdb-authorization',
  };
  const variables = functionVariables({ endpoint: outside.url, mgn: mgn.url }, secrets, `${outside.url}/prod`);
  Object.assign(process.env, variables, {
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.url,
    AWS_ENDPOINT_URL_S3: objects.url,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  // The metric of the lag.
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});

afterAll(async () => {
  jest.restoreAllMocks();
  await Promise.all([dynamo.stop(), objects.stop(), mgn.stop(), outside.stop()]);
});

beforeEach(() => {
  events = [];
  posted = [];
  dynamo.items.clear();
  mgn.servers.clear();
});

function secretOf(id: string): string {
  return id === 'slack-webhook' ? `${outside.url}/slack` : `secret of ${id}`;
}

const context = {
  awsRequestId: 'request',
  functionName: 'function',
  invokedFunctionArn: 'arn',
  memoryLimitInMB: '256',
  getRemainingTimeInMillis: () => 60_000,
} as unknown as Context;

async function call(name: FunctionName, event: unknown): Promise<unknown> {
  const { handler } = (await import(`../../../waves/aws/handlers/${name}.ts`)) as { handler: Handler };
  return await handler(event, context);
}

async function send(...messages: readonly string[]): Promise<SQSBatchResponse> {
  const Records = messages.map((body, index) => ({ messageId: `message-${index}`, body }));
  return (await call('ingress_handler', { Records })) as SQSBatchResponse;
}

async function submit(changed: Partial<Payload> = {}): Promise<void> {
  const changes = { source: 'vmware', target: 'aws', sourceVmId: 'web-1', network: { testSubnetId: 'subnet-test' } };
  expect(await send(JSON.stringify(payloadOf('m-1', { ...changes, ...changed } as Partial<Payload>)))).toEqual({
    batchItemFailures: [],
  });
}

async function step(name: FunctionName, action: string, state: string): Promise<Outcome> {
  return (await call(name, { action, state, migrationId: 'm-1', correlationId: 'c-1' })) as Outcome;
}

function statusOfMachine(): string | undefined {
  return [...dynamo.items.values()].find((item) => item['item']?.S === 'machine')?.['status']?.S;
}

test('messages that cannot be taken go back to the queue, the others do not', async () => {
  const good = JSON.stringify(payloadOf('m-1'));
  const order = JSON.stringify({ order: { migrationId: 'm-9', kind: 'cutover', by: 'ada@acme.example' } });
  expect(await send('not JSON', good, order)).toEqual({
    batchItemFailures: [{ itemIdentifier: 'message-0' }, { itemIdentifier: 'message-2' }],
  });
  expect(events).toEqual(['machine.requested']);
  expect(statusOfMachine()).toBe('PENDING');
});

test('a machine goes through all functions to its end, and everybody is told', async () => {
  mgn.add(1);
  await submit({ rules: { start: 'when-ready' } });
  const ways: readonly (readonly [FunctionName, string, string, string])[] = [
    ['validate_input', 'validate', 'ValidateInput', 'validated'],
    ['prepare_source', 'prepare', 'PrepareSource', 'prepared'],
    ['trigger_migration', 'replicate', 'StartReplication', 'started'],
    ['verify_migration', 'check-replication', 'CheckReplication', 'ready'],
    ['trigger_migration', 'test', 'StartTest', 'started'],
    ['verify_migration', 'check-test', 'CheckTest', 'ready'],
    ['verify_migration', 'check-cutover-order', 'AwaitCutover', 'cutover'],
    ['trigger_migration', 'cut-over', 'StartCutover', 'started'],
    ['verify_migration', 'check-cutover', 'CheckCutover', 'ready'],
    ['callback_handler', 'notify-cut-over', 'NotifyCutOver', 'told'],
  ];
  const answers: string[] = [];
  for (const [name, action, state] of ways) {
    // While MGN terminates the test's instance, the step is called again.
    const answer = await step(name, action, state).catch(() => step(name, action, state));
    answers.push(`${action}: ${answer.is}`);
  }
  expect(statusOfMachine()).toBe('CUT_OVER');
  expect(answers.at(-1)).toBe('notify-cut-over: told');
  expect(events).toEqual(['machine.requested', 'machine.cut-over']);
  expect(posted).toEqual([['/prod/user/server/7', { migration_status: 'Cutover' }]]);
  const finalize = { order: { migrationId: 'm-1', kind: 'finalize', by: 'ada@acme.example' } };
  expect(await send(JSON.stringify(finalize))).toEqual({ batchItemFailures: [] });
  await step('verify_migration', 'check-finalize-order', 'AwaitFinalize');
  await step('finalize_cutover', 'finalize', 'FinalizeCutover');
  expect(statusOfMachine()).toBe('FINALIZED');
});

test('a machine is rolled back, which the function of rollbacks does', async () => {
  mgn.add(1);
  await submit();
  await step('validate_input', 'validate', 'ValidateInput');
  await step('prepare_source', 'prepare', 'PrepareSource');
  expect(await step('rollback_handler', 'roll-back', 'RollBack')).toMatchObject({ is: 'rolled-back' });
  expect(statusOfMachine()).toBe('ROLLED_BACK');
});

test('a step of a machine that nobody submitted, and one of another function, are refused', async () => {
  await expect(step('validate_input', 'validate', 'ValidateInput')).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'The store has no machine m-1; submit its payload again.',
  });
  await expect(step('validate_input', 'finalize', 'FinalizeCutover')).rejects.toMatchObject({
    name: 'ValidationError',
    message: expect.stringContaining("'action' must be one of validate"),
  });
});

test('a machine to OpenStack is refused, since no function may run that long', async () => {
  await submit({ source: 'openstack', target: 'openstack' });
  await expect(step('validate_input', 'validate', 'ValidateInput')).rejects.toMatchObject({
    name: 'PrerequisiteError',
    message: expect.stringContaining('No migration service moves machines from openstack to openstack here'),
  });
});

test('a callback to an address that is not public is an event of the machine, not a failure', async () => {
  mgn.add(1);
  await submit({ callbackUrl: 'https://127.0.0.1/callback' });
  expect(await step('callback_handler', 'notify-needs-attention', 'NotifyNeedsAttention')).toEqual({ is: 'told' });
  const history = [...dynamo.items.values()].flatMap((item) => item['events']?.S ?? []).join();
  expect(history).toMatch(/notification-failed.*callback: /);
  expect(events).toContain('machine.needs-attention');
});

test('an alarm is posted to Slack', async () => {
  await call('callback_handler', { Records: [{ Sns: { Subject: 'ALARM', Message: '{"AlarmName":"lag"}' } }] });
  expect(posted).toEqual([['/slack', { text: expect.stringContaining('lag') }]]);
});

test.each([
  ['a record without a message', [{ Sns: {} }], "'Records[].Sns.Message' must be a text."],
  ['a record of something else', [{}], "'Records[].Sns.Message' must be a text."],
])('an alarm that is %s is refused', async (_what, Records, message) => {
  await expect(call('callback_handler', { Records })).rejects.toMatchObject({ name: 'ValidationError', message });
});

test('without Slack, an alarm says how to set it up', async () => {
  const { WAVES_SLACK_WEBHOOK } = process.env;
  delete process.env['WAVES_SLACK_WEBHOOK'];
  try {
    await expect(call('callback_handler', { Records: [] })).rejects.toMatchObject({
      name: 'PrerequisiteError',
      message: "Slack is not set up: set 'slack: true' in the settings of the waves.",
    });
  } finally {
    process.env['WAVES_SLACK_WEBHOOK'] = WAVES_SLACK_WEBHOOK ?? '';
  }
});
