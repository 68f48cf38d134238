import { runSimulation } from '@cloud-copilot/iam-simulate';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { startMoto } from '../../../environments/moto/moto.js';
import type { Moto } from '../../../environments/moto/moto.js';
import { renderPolicy } from '../../../constructs/aws/policy/index.js';
import { permissionsOf } from '../../../stacks/waves/function-permissions.js';
import type { WaveResources } from '../../../stacks/waves/function-permissions.js';
import { functionNames } from '../../../stacks/waves/functions.js';
import type { FunctionName } from '../../../stacks/waves/functions.js';
import type { Payload } from '../../../waves/payload/index.js';
import type { Action, Outcome } from '../../../waves/state-machine/index.js';
import { AwsRecorder } from '../../support/aws-recorder.js';
import type { RecordedCall } from '../../support/aws-recorder.js';
import { listen } from '../../support/http-server.js';
import type { LocalServer } from '../../support/http-server.js';
import { MgnStub } from '../../support/mgn-stub.js';
import { createHostedZone, createWaveStores, functionVariables, region, waveNames } from '../../support/wave-cloud.js';
import { payloadOf } from '../../support/wave-payloads.js';

const accountId = '123456789012';
type Handler = (event: unknown, context: Context) => Promise<unknown>;

let moto: Moto;
let mgn: MgnStub;
let recorder: AwsRecorder;
let outside: LocalServer;
let resources: WaveResources;
const handlers = new Map<FunctionName, Handler>();
/** What each function called. */
const called = new Map<FunctionName, RecordedCall[]>();

beforeAll(async () => {
  moto = await startMoto();
  mgn = await new MgnStub().start();
  recorder = await AwsRecorder.start((service) => (['mgn', 'ec2'].includes(service) ? mgn.url : moto.endpoint));
  // Slack and Cloud Migration Factory.
  outside = await listen((_, response) => response.end('[]'));
  const secrets = await createWaveStores(moto.endpoint, outside.url);
  const zoneId = await createHostedZone(moto.endpoint, 'acme.example');
  process.env['WAVES_DNS_ZONES'] = `acme.example=${zoneId}`;
  process.env['WAVES_CMDB_URL'] = 'https://127.0.0.1/{key}';
  process.env['WAVES_CMDB_AUTHORIZATION'] = secrets.cmdbAuthorization;
  Object.assign(process.env, functionVariables({ endpoint: recorder.url, mgn: recorder.url }, secrets, outside.url));
  process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  resources = {
    accountId,
    region,
    queue: `arn:aws:sqs:${region}:${accountId}:acme-waves-dev-requests`,
    table: `arn:aws:dynamodb:${region}:${accountId}:table/${waveNames.table}`,
    details: `arn:aws:s3:::${waveNames.details}`,
    bus: `arn:aws:events:${region}:${accountId}:event-bus/${waveNames.bus}`,
    ...secrets,
    dnsZones: [zoneId],
  };
  for (const name of functionNames) {
    const module = (await import(`../../../waves/aws/handlers/${name}.ts`)) as { handler: Handler };
    handlers.set(name, module.handler);
  }
  await useEverything();
}, 180_000);

afterAll(async () => {
  await recorder.stop();
  await mgn.stop();
  await outside.stop();
  await moto.stop();
});

const context = {
  awsRequestId: 'request',
  functionName: 'function',
  invokedFunctionArn: 'arn',
  memoryLimitInMB: '256',
  getRemainingTimeInMillis: () => 60_000,
} as unknown as Context;

async function call(name: FunctionName, event: unknown): Promise<unknown> {
  recorder.calls.length = 0;
  try {
    return await handlers.get(name)?.(event, context);
  } finally {
    called.set(name, [...(called.get(name) ?? []), ...recorder.calls]);
  }
}

const functionOf: Readonly<Record<string, FunctionName>> = {
  validate: 'validate_input',
  prepare: 'prepare_source',
  replicate: 'trigger_migration',
  test: 'trigger_migration',
  'cut-over': 'trigger_migration',
  finalize: 'finalize_cutover',
  'roll-back': 'rollback_handler',
};

/** As the state machine does: transient errors are tried again. */
async function step(action: Action, state: string, migrationId: string): Promise<Outcome> {
  const isNotice = action.startsWith('notify');
  const name = functionOf[action] ?? (isNotice ? 'callback_handler' : 'verify_migration');
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await call(name, { action, state, migrationId, correlationId: 'c-1' })) as Outcome;
    } catch (error) {
      if ((error as Error).name !== 'TransientError' || attempt === 5) throw error;
    }
  }
}

async function untilReady(action: Action, state: string, migrationId: string): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await step(action, state, migrationId);
    if (outcome.is !== 'waiting' || attempt === 5) return outcome;
  }
}

async function send(...messages: readonly object[]): Promise<void> {
  const Records = messages.map((message, index) => ({ messageId: String(index), body: JSON.stringify(message) }));
  expect(await call('ingress_handler', { Records })).toEqual({ batchItemFailures: [] });
}

async function submit(number: number, changed: Partial<Payload> = {}, migrationId = `m-${number}`): Promise<string> {
  const payload = payloadOf(migrationId, {
    source: 'vmware',
    target: 'aws',
    sourceVmId: `web-${number}`,
    network: { testSubnetId: 'subnet-test' },
    // So large that the details lie in S3.
    options: Object.fromEntries(Array.from({ length: 32 }, (_, index) => [`option${index}`, 'x'.repeat(1024)])),
    ...changed,
  });
  // Doubled, as messages may be.
  await send(payload, payload);
  return migrationId;
}

async function ready(number: number, changed: Partial<Payload> = {}): Promise<string> {
  const id = await submit(number, changed);
  await step('validate', 'ValidateInput', id);
  await step('prepare', 'PrepareSource', id);
  await step('replicate', 'StartReplication', id);
  await step('check-replication', 'CheckReplication', id);
  await step('test', 'StartTest', id);
  await step('check-test', 'CheckTest', id);
  return id;
}

function stand(number: number, replication: string): void {
  Object.assign(mgn.servers.get(`s-${String(number).padStart(17, '0')}`) ?? {}, { replication });
}

/** Every branch of the steps that calls AWS. */
async function useEverything(): Promise<void> {
  // The whole way, with another test in between, an application to wait for, and places to take.
  for (let number = 1; number <= 9; number += 1) mgn.add(number);
  await submit(9, { appName: 'database' });
  const concurrency = { replications: 1, cutovers: 1 };
  const id = await ready(1, { rules: { after: ['database'], concurrency } });
  await send({ order: { migrationId: id, kind: 'test', by: 'ada@acme.example' } });
  expect(await step('check-cutover-order', 'AwaitCutover', id)).toMatchObject({ is: 'test' });
  mgn.loseAnswer = (action) => action === 'StartTest';
  await step('test', 'StartTest', id).catch(() => undefined);
  mgn.loseAnswer = () => false;
  await step('test', 'StartTest', id);
  await step('check-test', 'CheckTest', id);
  expect(await step('check-cutover-order', 'AwaitCutover', id)).toMatchObject({ is: 'waiting' });

  const dns = { zone: 'acme.example', names: ['quick.acme.example'] };
  const cmdb = { fields: { ip: '{address}' } };
  const quick = await ready(2, { rules: { start: 'when-ready' }, dns, cmdb });
  expect(await step('check-cutover-order', 'AwaitCutover', quick)).toMatchObject({ is: 'cutover' });
  await step('cut-over', 'StartCutover', quick);
  expect(await untilReady('check-cutover', 'CheckCutover', quick)).toMatchObject({ is: 'ready' });
  await step('notify-cut-over', 'NotifyCutOver', quick);
  await send({ order: { migrationId: quick, kind: 'finalize', by: 'ada@acme.example' } });
  expect(await step('check-finalize-order', 'AwaitFinalize', quick)).toMatchObject({ is: 'finalize' });
  await step('finalize', 'FinalizeCutover', quick);
  await step('notify-finalized', 'NotifyFinalized', quick);

  // A failed launch, whose reason is in the log of the job, and the rollback of a good one.
  mgn.launchEnd = 'FAILED';
  const failing = await submit(3);
  for (const [action, state] of [
    ['validate', 'ValidateInput'],
    ['prepare', 'PrepareSource'],
    ['replicate', 'StartReplication'],
    ['check-replication', 'CheckReplication'],
    ['test', 'StartTest'],
  ] as const)
    await step(action, state, failing);
  await expect(step('check-test', 'CheckTest', failing)).rejects.toThrow('Not enough capacity');
  mgn.launchEnd = 'LAUNCHED';
  await step('roll-back', 'RollBack', failing);
  const back = await ready(4);
  await step('roll-back', 'RollBack', back);
  await step('notify-rolled-back', 'NotifyRolledBack', back);

  // Replications that stand still, started by either function.
  for (const [number, replication] of ['STOPPED', 'PAUSED', 'STALLED'].entries()) {
    const alone = await submit(5, {}, `t-${number}`);
    await step('validate', 'ValidateInput', alone);
    await step('prepare', 'PrepareSource', alone);
    stand(5, replication);
    await step('replicate', 'StartReplication', alone);
    // Of two machines with one place, the second waits, and begins when it looks again.
    const wave = `w-${number}`;
    const rules = { concurrency: { replications: 1 } };
    for (const id of [`a-${number}`, `b-${number}`]) {
      await submit(6, { wave, rules }, id);
      await step('validate', 'ValidateInput', id);
      await step('prepare', 'PrepareSource', id);
      await step('replicate', 'StartReplication', id);
    }
    await step('check-replication', 'CheckReplication', `a-${number}`);
    stand(6, replication);
    await step('check-replication', 'CheckReplication', `b-${number}`);
  }
  // A rollback moves its names back.
  mgn.add(11);
  const named = await ready(11, {
    rules: { start: 'when-ready' },
    dns: { zone: 'acme.example', names: ['back.acme.example'] },
  });
  await step('check-cutover-order', 'AwaitCutover', named);
  await step('cut-over', 'StartCutover', named);
  await untilReady('check-cutover', 'CheckCutover', named);
  await step('roll-back', 'RollBack', named);

  const places = await ready(7, { rules: { start: 'when-ready', concurrency: { cutovers: 1 } } });
  expect(await step('check-cutover-order', 'AwaitCutover', places)).toMatchObject({ is: 'cutover' });

  const unknown = await submit(10);
  await expect(step('validate', 'ValidateInput', unknown)).rejects.toThrow('MGN knows no source server');

  // Callbacks are for public addresses only; the key is read before the address is known.
  const told = await submit(8, { callbackUrl: 'https://127.0.0.1/callback' });
  await step('notify-needs-attention', 'NotifyNeedsAttention', told);
  await call('callback_handler', { Records: [{ Sns: { Message: '{"AlarmName":"dead-letters"}' } }] });
}

const policyOf = (name: FunctionName): { Statement: { Action: string[] }[] } =>
  JSON.parse(renderPolicy(permissionsOf(name, resources))) as { Statement: { Action: string[] }[] };

test.each(functionNames)('every call of %s is allowed by its policy', async (name) => {
  const calls = [...new Map((called.get(name) ?? []).map((one) => [`${one.action} ${one.resource}`, one])).values()];
  expect(calls.length).toBeGreaterThan(0);
  const denied: RecordedCall[] = [];
  for (const { action, resource } of calls) {
    const answer = await runSimulation(
      {
        request: {
          principal: `arn:aws:iam::${accountId}:role/acme-waves-dev-${name}`,
          action,
          resource: { resource, accountId },
          contextVariables: {
            'aws:TagKeys': ['a2o_migration'],
            'route53:ChangeResourceRecordSetsActions': ['UPSERT'],
            'route53:ChangeResourceRecordSetsRecordTypes': ['A'],
            'aws:ResourceTag/AWSApplicationMigrationServiceManaged': 'mgn.amazonaws.com',
          },
        },
        identityPolicies: [{ name, policy: policyOf(name) }],
        serviceControlPolicies: [],
        resourceControlPolicies: [],
      },
      {},
    );
    if (answer.resultType === 'error') throw new Error(`${action} ${resource}: ${JSON.stringify(answer.errors)}`);
    if (answer.overallResult !== 'Allowed') denied.push({ action, resource });
  }
  expect(denied).toEqual([]);
});

test.each(functionNames)('every action that the policy of %s allows is called', (name) => {
  const actions = new Set((called.get(name) ?? []).map(({ action }) => action));
  const allowed = policyOf(name).Statement.flatMap(({ Action }) => Action);
  expect(allowed.filter((action) => !actions.has(action))).toEqual([]);
});

test('what a policy does not allow is denied, so the simulation can fail', async () => {
  const answer = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${accountId}:role/acme-waves-dev-validate_input`,
        action: 'mgn:FinalizeCutover',
        resource: { resource: `arn:aws:mgn:${region}:${accountId}:source-server/s-00000000000000001`, accountId },
        contextVariables: {},
      },
      identityPolicies: [{ name: 'validate_input', policy: policyOf('validate_input') }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  expect(answer).toMatchObject({ overallResult: 'ImplicitlyDenied' });
});
