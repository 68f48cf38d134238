import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { json, text } from 'node:stream/consumers';
import { EventBus } from '../../../../waves/aws/event-bus.js';
import { busNotifier } from '../../../../waves/aws/notifiers/bus-notifier.js';
import { factoryNotifier } from '../../../../waves/aws/notifiers/factory-notifier.js';
import type { Notification, NotificationType } from '../../../../waves/steps/ports.js';
import { listen } from '../../../support/http-server.js';
import type { LocalServer } from '../../../support/http-server.js';
import { payloadOf } from '../../../support/wave-payloads.js';

const { signal } = new AbortController();
const machine = { migrationId: 'm-1', correlationId: 'c-1', payload: payloadOf('m-1'), memory: {} };
let server: LocalServer;

const notification: Notification = {
  id: 'm-1.machine.cut-over',
  type: 'machine.cut-over',
  at: '2026-12-01T10:00:00.000Z',
  migrationId: 'm-1',
  correlationId: 'c-1',
  appName: 'shop',
  wave: 'wave-1',
  environment: 'dev',
  targetVmName: 'vm-m-1',
  status: 'CUT_OVER',
};

afterEach(async () => {
  await server.stop();
});

describe('the bus', () => {
  let entries: Record<string, unknown>[];
  let answer: { readonly status?: number; readonly body: object };

  beforeEach(async () => {
    entries = [];
    answer = { body: { FailedEntryCount: 0, Entries: [{ EventId: 'e-1' }] } };
    server = await listen((request, response) => {
      void json(request).then((input) => {
        entries.push(...(input as { Entries: Record<string, unknown>[] }).Entries);
        response.writeHead(answer.status ?? 200, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify(answer.body));
      });
    });
  });

  function notifier(): ReturnType<typeof busNotifier> {
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const settings = { endpoint: server.url, region: 'eu-central-1', credentials, maxAttempts: 1 };
    return busNotifier(new EventBus(new EventBridgeClient(settings), 'acme-waves-dev'));
  }

  test('gets the notification as an event of its type and time', async () => {
    await notifier().notify(notification, signal, machine);
    const [{ Detail, ...entry } = {}] = entries;
    expect(entry).toMatchObject({
      EventBusName: 'acme-waves-dev',
      Source: 'aws2openstack.waves',
      DetailType: 'machine.cut-over',
      Time: Date.parse(notification.at) / 1000,
    });
    expect(JSON.parse(String(Detail))).toMatchObject({ migrationId: 'm-1', status: 'CUT_OVER', at: notification.at });
  });

  test('that refuses the event, although the call succeeds, is told again', async () => {
    answer = { body: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'no room' }] } };
    await expect(notifier().notify(notification, signal, machine)).rejects.toMatchObject({
      name: 'TransientError',
      message: 'The bus refused an event: no room',
    });
    answer = { body: { FailedEntryCount: 1 } };
    await expect(notifier().notify(notification, signal, machine)).rejects.toThrow('no reason given');
  });

  test.each([
    [500, 'InternalException', 'TransientError'],
    [400, 'ThrottlingException', 'TransientError'],
    [400, 'ResourceNotFoundException', 'ResourceNotFoundException'],
  ])('that answers with %d %s fails as %s', async (status, type, name) => {
    answer = { status, body: { __type: type, message: 'it says why' } };
    await expect(notifier().notify(notification, signal, machine)).rejects.toMatchObject({ name });
  });
});

describe('Cloud Migration Factory', () => {
  let put: unknown[];

  beforeEach(async () => {
    put = [];
    server = await listen((request, response) => {
      void text(request).then((body) => {
        if (request.method === 'PUT') put.push(JSON.parse(body));
        response.end(request.method === 'GET' ? '[{"server_id":"1","server_name":"VM-M-1"}]' : '{}');
      });
    });
  });

  test.each<[NotificationType, string]>([
    ['machine.rejected', 'Rejected'],
    ['machine.cut-over', 'Cutover'],
    ['machine.finalized', 'Finalized'],
    ['machine.rolled-back', 'Rolled back'],
    ['machine.rollback-failed', 'Rollback failed'],
    ['machine.needs-attention', 'Needs attention'],
  ])('shows %s as %s', async (type, status) => {
    const notifier = factoryNotifier({ endpoint: server.url, token: () => Promise.resolve('t') });
    await notifier.notify({ ...notification, type }, signal, machine);
    expect(put).toEqual([{ migration_status: status }]);
  });
});
