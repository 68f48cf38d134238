import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { isPublicAddress, isPublicOrPrivateAddress } from '../../../waves/callbacks/index.js';
import { cmdbNotifier, isCmdbUrl, restCmdb } from '../../../waves/cmdb/index.js';
import type { CmdbUpdate, RestCmdbSettings } from '../../../waves/cmdb/index.js';
import { placeholderProblem } from '../../../waves/cmdb/placeholders.js';
import { PrerequisiteError, TransientError, ValidationError } from '../../../waves/machines/index.js';
import type { Memory } from '../../../waves/machines/index.js';
import type { CmdbRecord } from '../../../waves/payload/index.js';
import type { Machine } from '../../../waves/services/migration-service.js';
import type { Notification } from '../../../waves/steps/index.js';
import { makeCertificate } from '../../support/certificate.js';
import { listen } from '../../support/http-server.js';
import type { LocalServer } from '../../support/http-server.js';
import { payloadOf } from '../../support/wave-payloads.js';

const { signal } = new AbortController();
const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
const certificate = makeCertificate('DNS:cmdb.acme.test');

let server: LocalServer;
let status = 200;
let received: {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}[];

beforeAll(async () => {
  server = await listen((request, response) => {
    void text(request).then((body) => {
      const { method = '', url = '', headers } = request;
      received.push({ method, url, headers: headers as Record<string, string>, body });
      response.writeHead(status).end();
    });
  }, certificate);
});
afterAll(() => server.stop());
beforeEach(() => {
  status = 200;
  received = [];
});

function settings(changed: Partial<RestCmdbSettings> = {}): RestCmdbSettings {
  return {
    url: `https://cmdb.acme.test:${new URL(server.url).port}/api/machines/{key}`,
    method: 'PATCH',
    now: () => new Date(),
    ca: certificate.cert,
    secret: () => Promise.resolve(secret),
    resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    isAllowed: (address) => address === '127.0.0.1',
    ...changed,
  };
}

const update: CmdbUpdate = { key: 'web 1/2', id: 'm-1.machine.cut-over', fields: { ip: '192.0.2.7', moved: true } };

describe('by REST', () => {
  test('the record of the key gets the fields, with credentials and a signature', async () => {
    const authorization = (): Promise<string> => Promise.resolve('Bearer token');
    await restCmdb(settings({ authorization })).update(update, signal);
    const [{ method, url, headers, body } = { method: '', url: '', headers: {}, body: '' }] = received;
    expect([method, url]).toEqual(['PATCH', '/api/machines/web%201%2F2']);
    expect(headers).toMatchObject({ authorization: 'Bearer token', 'webhook-id': update.id });
    expect(new Webhook(secret).verify(body, headers)).toEqual(update.fields);
  });

  test('a record may be replaced', async () => {
    await restCmdb(settings({ method: 'PUT' })).update(update, signal);
    expect(received[0]?.method).toBe('PUT');
  });

  test.each([
    [503, TransientError, '503'],
    [429, TransientError, '429'],
    [404, PrerequisiteError, "for the record 'web 1/2': correct cmdb.key of the machine, or make the record"],
    [401, PrerequisiteError, 'put valid credentials'],
    [400, PrerequisiteError, 'check cmdb.fields'],
    [302, PrerequisiteError, '302'],
  ])('an answer of %i', async (answered, kind, message) => {
    status = answered;
    const updated = restCmdb(settings()).update(update, signal);
    await expect(updated).rejects.toThrow(kind);
    await expect(updated).rejects.toThrow(message);
    expect(received).toHaveLength(1);
  });

  test('internal addresses are refused; private networks may be allowed, loopback and metadata services never', async () => {
    const to = (address: string, isAllowed: RestCmdbSettings['isAllowed']): Promise<void> =>
      restCmdb(
        settings({ resolve: () => Promise.resolve([{ address, family: 4 }]), ...(isAllowed && { isAllowed }) }),
      ).update(update, signal);
    await expect(to('10.0.0.1', isPublicAddress)).rejects.toThrow(ValidationError);
    for (const address of [
      '127.0.0.1',
      '169.254.169.254',
      '0.0.0.0',
      '::1',
      'fe80::1',
      '::ffff:127.0.0.1',
      'fd00:ec2::254',
      '100.100.100.200',
      'fd00::1',
    ])
      expect([address, isPublicOrPrivateAddress(address)]).toEqual([address, address === 'fd00::1']);
    for (const address of ['10.0.0.1', '172.16.0.1', '192.168.1.1', '100.64.0.1', '203.0.114.1'])
      expect([address, isPublicOrPrivateAddress(address)]).toEqual([address, true]);
    expect(received).toEqual([]);
  });

  test('a certificate of an unknown authority is refused', async () => {
    const kept = Object.entries(settings()).filter(([name]) => name !== 'ca');
    const without = Object.fromEntries(kept) as unknown as RestCmdbSettings;
    await expect(restCmdb(without).update(update, signal)).rejects.toThrow(TransientError);
    expect(received).toEqual([]);
  });

  test.each([
    ['https://cmdb.acme.example/api/{key}', true],
    ['https://cmdb.acme.example/api', false],
    ['http://cmdb.acme.example/api/{key}', false],
    ['https://user:pass@cmdb.acme.example/{key}', false],
    ['cmdb/{key}', false],
  ])('%s', (url, isOne) => {
    expect(isCmdbUrl(url)).toBe(isOne);
  });
});

describe('told of machines', () => {
  const record: CmdbRecord = {
    fields: { ip: '{address}', state: '{status} in {target}', flavor: '{instanceType}', tier: 2 },
    fieldsAfterRollback: { ip: '{address}', state: 'back' },
  };
  const cutOver: Memory = { 'step.target': { health: 'ACTIVE', address: '192.0.2.7' } };

  async function told(
    type: Notification['type'],
    { cmdb, memory = {} }: { readonly cmdb?: CmdbRecord; readonly memory?: Memory },
  ): Promise<CmdbUpdate | undefined> {
    const payload = payloadOf('m-1', cmdb === undefined ? {} : { cmdb });
    const machine: Machine = { migrationId: 'm-1', correlationId: 'c-1', payload, memory };
    const { appName, wave, environment, targetVmName } = payload;
    const notification: Notification = {
      ...{ id: `m-1.${type}`, type, at: '2026-12-05T22:41:07.000Z', migrationId: 'm-1', correlationId: 'c-1' },
      ...{ appName, wave, environment, targetVmName, status: 'CUT_OVER' },
    };
    const updates: CmdbUpdate[] = [];
    const notifier = cmdbNotifier({
      update: (one) => {
        updates.push(one);
        return Promise.resolve();
      },
    });
    if (notifier.wants?.(notification, machine) === true) await notifier.notify(notification, signal, machine);
    return updates[0];
  }

  test('a machine that was cut over has its new address', async () => {
    expect(await told('machine.cut-over', { cmdb: record, memory: cutOver })).toEqual({
      key: 'vm-m-1',
      id: 'm-1.machine.cut-over',
      fields: { ip: '192.0.2.7', state: 'CUT_OVER in openstack', flavor: 'm1.small', tier: 2 },
    });
  });

  test('what is not known is left out, so that the CMDB keeps it', async () => {
    expect((await told('machine.rolled-back', { cmdb: { key: 'w', ...record }, memory: cutOver }))?.fields).toEqual({
      state: 'back',
    });
    const move = { zone: 'z', name: 'n', type: 'A', before: { ttl: 1, values: ['198.51.100.2'] }, after: null };
    const memory = { ...cutOver, 'step.dns': { is: 'restored', moves: [move] } };
    expect((await told('machine.rolled-back', { cmdb: record, memory }))?.fields).toEqual({
      ip: '198.51.100.2',
      state: 'back',
    });
  });

  test('not of machines without a record, of those that never ran at the target, and of what changes nothing', async () => {
    expect(await told('machine.cut-over', { memory: cutOver })).toBeUndefined();
    expect(await told('machine.rolled-back', { cmdb: record })).toBeUndefined();
    expect(await told('machine.needs-attention', { cmdb: record, memory: cutOver })).toBeUndefined();
  });

  test('a placeholder that does not exist is named with those that do', () => {
    expect(placeholderProblem('{address} and {nothing}')).toMatch(
      /^must have no other placeholders than \{address\}, /,
    );
    expect(placeholderProblem('{address} of {targetVmName}')).toBeUndefined();
  });
});
