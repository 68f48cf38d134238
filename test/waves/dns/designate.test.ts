import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { cloudClient } from '../../../clients/openstack/index.js';
import type { CloudClient } from '../../../clients/openstack/index.js';
import { ok } from '../../../core/result.js';
import { designate } from '../../../waves/dns/index.js';
import type { DnsService, RecordKey } from '../../../waves/dns/index.js';
import { PrerequisiteError, TransientError } from '../../../waves/machines/index.js';
import { DesignateStub } from '../../support/designate-stub.js';

const { signal } = new AbortController();
const web: RecordKey = { zone: 'acme.example', name: 'web-1.acme.example', type: 'A' };

let stub: DesignateStub;
let client: CloudClient;
let dns: DnsService;

function connect(path: string): void {
  const access = { token: 'token', projectId: 'p-1', region: 'RegionOne', endpoint: () => `${stub.url}${path}` };
  client = cloudClient({ name: 'the cloud acme', signIn: () => Promise.resolve(ok(access)) });
  dns = designate(client);
}

beforeEach(async () => {
  stub = await new DesignateStub().start();
  connect('');
});

afterEach(async () => {
  await client.close();
  await stub.stop();
});

test('a record set is made, changed and removed, and waited for', async () => {
  expect(await dns.read(web, signal)).toBeNull();
  const made = await dns.write(web, { ttl: 60, values: ['192.0.2.7'] }, signal);
  expect(await dns.progress(made, signal)).toBe('pending');
  expect(await dns.progress(made, signal)).toBe('active');
  expect(await dns.read(web, signal)).toEqual({ ttl: 60, values: ['192.0.2.7'], note: null });
  await dns.write(web, { ttl: null, values: ['192.0.2.8'] }, signal);
  expect([...stub.rows.values()]).toMatchObject([{ name: 'web-1.acme.example.', ttl: null, records: ['192.0.2.8'] }]);
  const removed = await dns.write(web, null, signal);
  expect(await dns.progress(removed, signal)).toBe('pending');
  expect(await dns.progress(removed, signal)).toBe('active');
  expect(stub.rows.size).toBe(0);
  expect(await dns.progress(await dns.write(web, null, signal), signal)).toBe('active');
});

test('what a person wrote beside a record set is kept, and restored with it', async () => {
  stub.add('z-1', { name: 'web-1.acme.example.', type: 'A', records: ['198.51.100.2'], description: 'shop, CHG-7' });
  const before = await dns.read(web, signal);
  await dns.write(web, null, signal);
  await dns.write(web, before, signal);
  expect([...stub.rows.values()].at(-1)).toMatchObject({ records: ['198.51.100.2'], description: 'shop, CHG-7' });
});

test('a catalog may have the endpoint with its version', async () => {
  connect('/v2');
  expect(await dns.zoneProblem('acme.example', signal)).toBeNull();
  expect(stub.asked).toEqual(['GET /v2/zones']);
});

test('a zone that the project does not see is named, and refused', async () => {
  expect(await dns.zoneProblem('shop.example', signal)).toContain('the cloud acme has no zone shop.example');
  await expect(dns.read({ ...web, zone: 'shop.example' }, signal)).rejects.toThrow(PrerequisiteError);
});

test.each([
  [503, TransientError],
  [429, TransientError],
  [403, PrerequisiteError],
  [400, PrerequisiteError],
])('an answer of %i to a change', async (status, kind) => {
  stub.refuse = (method) => (method === 'POST' ? status : undefined);
  await expect(dns.write(web, { ttl: 60, values: ['192.0.2.7'] }, signal)).rejects.toThrow(kind);
});

test('one that another attempt has made meanwhile is looked at again', async () => {
  stub.refuse = (method) => (method === 'POST' ? 409 : undefined);
  await expect(dns.write(web, { ttl: 60, values: ['192.0.2.7'] }, signal)).rejects.toThrow(TransientError);
});

test('a record set that cannot be removed is not called removed', async () => {
  stub.add('z-1', { name: 'web-1.acme.example.', type: 'A', records: ['198.51.100.2'] });
  stub.refuse = (method) => (method === 'DELETE' ? 400 : undefined);
  await expect(dns.write(web, null, signal)).rejects.toThrow(PrerequisiteError);
});

test('a record set that Designate cannot publish is told', async () => {
  const ticket = await dns.write(web, { ttl: 60, values: ['192.0.2.7'] }, signal);
  for (const row of stub.rows.values()) row.status = 'ERROR';
  await expect(dns.progress(ticket, signal)).rejects.toThrow(
    'Designate could not publish A web-1.acme.example (status ERROR)',
  );
});
