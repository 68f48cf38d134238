import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { motoCredentials, startMoto } from '../../../environments/moto/moto.js';
import type { Moto } from '../../../environments/moto/moto.js';
import { moveRecords, restoreRecords, route53 } from '../../../waves/dns/index.js';
import type { DnsService, RecordKey } from '../../../waves/dns/index.js';
import type { Memory } from '../../../waves/machines/index.js';
import type { ServiceContext } from '../../../waves/services/migration-service.js';
import { createHostedZone } from '../../support/wave-cloud.js';

// Route 53 of moto: record sets are moved and restored as at a cutover and its rollback.
let moto: Moto;
let dns: DnsService;
let memory: Memory = {};
const { signal } = new AbortController();

beforeAll(async () => {
  moto = await startMoto();
  const zones = {
    'acme.example': await createHostedZone(moto.endpoint, 'acme.example'),
    '100.51.198.in-addr.arpa': await createHostedZone(moto.endpoint, '100.51.198.in-addr.arpa'),
    '2.0.192.in-addr.arpa': await createHostedZone(moto.endpoint, '2.0.192.in-addr.arpa'),
  };
  const target = { region: 'eu-central-1', credentials: motoCredentials, endpoint: moto.endpoint };
  dns = route53({ target: () => Promise.resolve(target), zones });
}, 180_000);

afterAll(() => moto.stop());

const web: RecordKey = { zone: 'acme.example', name: 'web-1.acme.example', type: 'A' };
const web6: RecordKey = { ...web, type: 'AAAA' };
const oldPtr: RecordKey = { zone: '100.51.198.in-addr.arpa', name: '2.100.51.198.in-addr.arpa', type: 'PTR' };
const newPtr: RecordKey = { zone: '2.0.192.in-addr.arpa', name: '7.2.0.192.in-addr.arpa', type: 'PTR' };

const context: ServiceContext = {
  signal,
  memory: () => memory,
  remember: (change) => {
    memory = { ...memory, ...change };
    return Promise.resolve();
  },
  log: () => undefined,
  now: () => new Date(),
};

const all = () => Promise.all([web, web6, oldPtr, newPtr].map((key) => dns.read(key, signal)));

test('A, AAAA and PTR records lead to the new addresses, and are restored exactly', async () => {
  await dns.write(web, { ttl: 120, values: ['198.51.100.2'] }, signal);
  await dns.write(oldPtr, { ttl: 600, values: ['web-1.acme.example.'] }, signal);
  const before = await all();
  expect(before).toEqual([
    { ttl: 120, values: ['198.51.100.2'] },
    null,
    { ttl: 600, values: ['web-1.acme.example.'] },
    null,
  ]);
  const names = {
    zone: 'acme.example',
    reverseZones: ['100.51.198.in-addr.arpa', '2.0.192.in-addr.arpa'],
  };
  const payload = { targetVmName: 'web-1', dns: names };
  const moved = await moveRecords(dns, payload, ['192.0.2.7', '2001:db8::7'], context);
  expect(moved).toMatchObject({ is: 'moved' });
  expect(await all()).toEqual([
    { ttl: 120, values: ['192.0.2.7'] },
    { ttl: 300, values: ['2001:db8::7'] },
    null,
    { ttl: 300, values: ['web-1.acme.example.'] },
  ]);
  expect(await moveRecords(dns, payload, ['192.0.2.7', '2001:db8::7'], context)).toEqual(moved);
  const { restored, notRestored } = await restoreRecords(dns, context);
  expect([restored.length, notRestored]).toEqual([4, []]);
  expect(await all()).toEqual(before);
});

test('a zone that does not exist is refused in words', async () => {
  const target = { region: 'eu-central-1', credentials: motoCredentials, endpoint: moto.endpoint };
  const other = route53({ target: () => Promise.resolve(target), zones: { 'acme.example': 'Z0000000000000' } });
  await expect(other.read(web, signal)).rejects.toThrow('NoSuchHostedZone');
});
