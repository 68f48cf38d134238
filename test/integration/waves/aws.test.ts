import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Payload } from '../../../waves/payload/index.js';
import { WaveAccount } from '../../support/wave-account.js';
import { payloadOf } from '../../support/wave-payloads.js';

// The bundled functions and the rendered state machine on moto: SQS, EventBridge, Step Functions, DynamoDB, S3, Secrets
// Manager. MGN, Cloud Migration Factory and Slack are stubs.
let account: WaveAccount;

beforeAll(async () => {
  account = await WaveAccount.start();
}, 240_000);

afterAll(async () => {
  await account.stop();
});

let servers = 0;

function machine(migrationId: string, changed: Partial<Payload> = {}): Payload {
  account.mgn.add((servers += 1));
  return payloadOf(migrationId, {
    source: 'vmware',
    target: 'aws',
    sourceVmId: `web-${servers}`,
    network: { testSubnetId: 'subnet-test' },
    rules: { start: 'when-ready' },
    ...changed,
  });
}

async function submit(migrationId: string, changed: Partial<Payload> = {}): Promise<Payload> {
  const payload = machine(migrationId, changed);
  await account.send(JSON.stringify(payload));
  return payload;
}

async function order(migrationId: string, kind: string): Promise<void> {
  await account.send(JSON.stringify({ order: { migrationId, kind, by: 'ada@acme.example' } }));
}

async function hasStatus(migrationId: string, status: string): Promise<void> {
  const holds = async (): Promise<boolean> => (await account.store.read(migrationId))?.status === status;
  await account.until(holds, `${migrationId} is ${status}`);
}

function countFor(action: string, migrationId: string): number {
  return account.mgn
    .inputsOf(action)
    .filter(({ tags }) => (tags as { a2o_migration?: string }).a2o_migration === migrationId).length;
}

test('a machine goes from the queue to its end, and everybody is told', async () => {
  await submit('whole', {
    targetVmName: 'vm-whole',
    callbackUrl: 'https://127.0.0.1/callback',
    correlationId: 'change-42',
  });
  await hasStatus('whole', 'CUT_OVER');
  await order('whole', 'finalize');
  const { status, arn } = await account.ended('whole');
  expect(status).toBe('SUCCEEDED');
  expect(await account.store.read('whole')).toMatchObject({ status: 'FINALIZED', error: null });
  const entered = (await account.history(arn)).flatMap(
    ({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? [],
  );
  expect([...new Set(entered)]).toEqual(
    expect.arrayContaining([
      'ValidateInput',
      'CheckReplication',
      'CheckTest',
      'StartCutover',
      'AwaitFinalize',
      'FinalizeCutover',
      'Finalized',
    ]),
  );
  expect(['StartTest', 'StartCutover'].map((action) => countFor(action, 'whole'))).toEqual([1, 1]);
  const kinds: string[] = [];
  for await (const { kind, message } of account.store.events('whole')) kinds.push(`${kind} ${message}`);
  const history = kinds.join('\n');
  expect(history).toMatch(/^created/);
  expect(history).toContain('notified event-bus was told: machine.finalized');
  expect(history).toContain('notified migration-factory was told: machine.cut-over');
  // An internal address is not called; the machine goes on.
  expect(history).toMatch(/notification-failed callback: .*127\.0\.0\.1/);
  const told = (await account.told()).filter(({ migrationId }) => migrationId === 'whole').map(({ type }) => type);
  expect(told.sort()).toEqual(['machine.cut-over', 'machine.finalized', 'machine.requested']);
  expect(account.factoryCalls).toContain('PUT /user/server/1');
});

test('every log line of a step is JSON with the correlation id', () => {
  const lines = account.bridge.lines.filter((line) => line.includes('whole'));
  expect(lines.length).toBeGreaterThan(10);
  const ids = lines.map((line) => (JSON.parse(line) as { correlation_id?: string }).correlation_id);
  // Metrics have none: they are counted, not read.
  expect(new Set(ids.filter((id) => id !== undefined))).toEqual(new Set(['change-42']));
});

test('a message that comes three times moves one machine, once', async () => {
  const payload = machine('thrice');
  for (let copy = 0; copy < 3; copy += 1) await account.send(JSON.stringify(payload));
  await hasStatus('thrice', 'CUT_OVER');
  await order('thrice', 'finalize');
  expect(await account.ended('thrice')).toMatchObject({ status: 'SUCCEEDED' });
  expect(['StartTest', 'StartCutover'].map((action) => countFor(action, 'thrice'))).toEqual([1, 1]);
});

test('throttling is retried', async () => {
  let refused = 0;
  account.mgn.refuse = (action, { tags }) => {
    const isOurs = (tags as { a2o_migration?: string } | undefined)?.a2o_migration === 'throttled';
    if (action !== 'StartTest' || !isOurs || refused === 2) return undefined;
    refused += 1;
    return { status: 429, type: 'ThrottlingException' };
  };
  await submit('throttled');
  await hasStatus('throttled', 'CUT_OVER');
  account.mgn.refuse = () => undefined;
  const [arn = ''] = await account.executionsOf('throttled');
  const failed = (await account.history(arn)).flatMap(
    ({ lambdaFunctionFailedEventDetails }) => lambdaFunctionFailedEventDetails?.error ?? [],
  );
  expect(failed).toEqual(['TransientError', 'TransientError']);
  await order('throttled', 'finalize');
  expect(await account.ended('throttled')).toMatchObject({ status: 'SUCCEEDED' });
});

test('a cutover that fails is caught and rolled back', async () => {
  await submit('failing', { rules: { start: 'when-ordered' } });
  await hasStatus('failing', 'READY');
  account.mgn.launchEnd = 'FAILED';
  await order('failing', 'cutover');
  const { status, error, arn } = await account.ended('failing');
  account.mgn.launchEnd = 'LAUNCHED';
  expect({ status, error }).toEqual({ status: 'FAILED', error: 'RolledBack' });
  expect(await account.store.read('failing')).toMatchObject({
    status: 'ROLLED_BACK',
    error: { name: 'CutoverError', message: expect.stringContaining('Not enough capacity') },
  });
  const entered = (await account.history(arn)).flatMap(
    ({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? [],
  );
  expect(entered.slice(-3)).toEqual(['RollBack', 'NotifyRolledBack', 'RolledBack']);
});

test('a machine that nothing here can move is rejected before anything is changed', async () => {
  await submit('elsewhere', { target: 'openstack' });
  expect(await account.ended('elsewhere')).toMatchObject({ status: 'FAILED', error: 'Rejected' });
  expect(await account.store.read('elsewhere')).toMatchObject({
    status: 'REJECTED',
    error: { name: 'PrerequisiteError', message: expect.stringContaining('openstack') },
  });
});

test('poisoned messages end in the dead-letter queue, and nothing else does', async () => {
  const poisoned = [
    'not JSON',
    JSON.stringify({ ...payloadOf('bad'), callbackUrl: 'ftp://acme.example' }),
    JSON.stringify({ order: { migrationId: 'nobody', kind: 'cutover', by: 'ada@acme.example' } }),
  ];
  for (const body of poisoned) await account.send(body);
  await submit('among-poison');
  expect([...(await account.deadLetters(poisoned.length))].sort()).toEqual([...poisoned].sort());
  await hasStatus('among-poison', 'CUT_OVER');
  expect(account.bridge.lines.join('\n')).toContain("'callbackUrl' must match");
  expect(await account.deadLetterCount()).toBe(0);
});
