import { beforeEach, describe, expect, test } from '@jest/globals';
import { checkNames, dnsMemoryOf, moveRecords, restoreRecords } from '../../../waves/dns/index.js';
import { CutoverError, Fenced, PrerequisiteError, TransientError } from '../../../waves/machines/index.js';
import type { Memory } from '../../../waves/machines/index.js';
import type { DnsNames } from '../../../waves/payload/index.js';
import type { ServiceContext } from '../../../waves/services/migration-service.js';
import { FakeDns } from '../../support/fake-dns.js';
import type { FakeDnsOptions } from '../../support/fake-dns.js';

const old = {
  'A web-1.acme.example': '198.51.100.2/300',
  'PTR 2.100.51.198.in-addr.arpa': 'web-1.acme.example./600',
};
const names: DnsNames = {
  zone: 'acme.example.',
  reverseZones: ['100.51.198.in-addr.arpa', '2.0.192.in-addr.arpa'],
};

let memory: Memory;
let clock: number;
let fenceAfter: number;

beforeEach(() => {
  memory = {};
  clock = 0;
  fenceAfter = Infinity;
});

const context: ServiceContext = {
  signal: new AbortController().signal,
  memory: () => memory,
  remember: (change) => {
    fenceAfter -= 1;
    if (fenceAfter < 0) return Promise.reject(new Fenced('m-1'));
    // As a store keeps it.
    memory = JSON.parse(JSON.stringify({ ...memory, ...change })) as Memory;
    return Promise.resolve();
  },
  log: () => undefined,
  now: () => new Date(clock),
};

function dnsWith(records: Readonly<Record<string, string>> = old, options: FakeDnsOptions = {}): FakeDns {
  const dns = new FakeDns({ now: () => clock, ...options });
  for (const [key, content] of Object.entries(records)) dns.set(key, content);
  return dns;
}

const move = (dns: FakeDns, changed: Partial<DnsNames> = {}, addresses: readonly string[] = ['192.0.2.7']) =>
  moveRecords(dns, { targetVmName: 'Web-1', dns: { ...names, ...changed } }, addresses, context);

describe('moved', () => {
  test('A and PTR lead to the new address, with the TTL that they had', async () => {
    const dns = dnsWith();
    expect(await move(dns)).toMatchObject({ is: 'moved' });
    expect(dns.all).toEqual({
      'A web-1.acme.example': '192.0.2.7/300',
      'PTR 7.2.0.192.in-addr.arpa': 'web-1.acme.example./300',
    });
  });

  test('called again, nothing is written again', async () => {
    const dns = dnsWith();
    await move(dns);
    const { writes } = dns;
    expect(await move(dns)).toMatchObject({ is: 'moved' });
    expect(dns.writes).toBe(writes);
  });

  test('of both kinds of addresses; one that the new machine has none of is removed, since it would lead nowhere', async () => {
    const dns = dnsWith({ ...old, 'AAAA web-1.acme.example': '2001:db8::2/300' });
    await move(dns);
    expect(dns.all).not.toHaveProperty('AAAA web-1.acme.example');
    const both = dnsWith();
    memory = {};
    await move(both, { ttlSeconds: 60 }, ['192.0.2.7', '2001:db8::7']);
    expect(both.all).toMatchObject({
      'A web-1.acme.example': '192.0.2.7/60',
      'AAAA web-1.acme.example': '2001:db8::7/60',
    });
  });

  test('a PTR of the old address that leads to another name stays', async () => {
    const dns = dnsWith({ ...old, 'PTR 2.100.51.198.in-addr.arpa': 'gateway.acme.example./600' });
    await move(dns);
    expect(dns.all['PTR 2.100.51.198.in-addr.arpa']).toBe('gateway.acme.example./600');
  });

  test('addresses and names of the payload are taken', async () => {
    const dns = dnsWith({});
    await move(dns, { names: ['shop.acme.example'], addresses: ['192.0.2.9'] }, ['192.0.2.9']);
    expect(dns.all).toMatchObject({ 'A shop.acme.example': '192.0.2.9/300' });
  });

  test('nothing is changed where the address stays', async () => {
    const dns = dnsWith();
    expect(await move(dns, {}, ['198.51.100.2'])).toEqual({ is: 'moved', moves: [] });
    expect(dns.writes).toBe(0);
  });

  test('waits until the name servers answer with it', async () => {
    const dns = dnsWith(old, { activeSeconds: 60 });
    expect(await move(dns)).toMatchObject({ is: 'waiting', what: expect.stringContaining('A web-1.acme.example') });
    clock = 60_000;
    expect(await move(dns)).toMatchObject({ is: 'moved' });
  });

  test('a name with several addresses is refused, before anything is changed', async () => {
    const dns = dnsWith({ 'A web-1.acme.example': '198.51.100.2 198.51.100.3/300' });
    await expect(move(dns)).rejects.toThrow(CutoverError);
    await expect(move(dns)).rejects.toThrow('has 2 addresses (198.51.100.2, 198.51.100.3)');
    expect(dns.writes).toBe(0);
    expect(memory).toEqual({});
  });
});

describe('restored', () => {
  test('exactly what was there, and it is said', async () => {
    const before = { ...old, 'AAAA web-1.acme.example': '2001:db8::2/120' };
    const dns = dnsWith(before);
    await move(dns, { ttlSeconds: 60 });
    const { restored, notRestored } = await restoreRecords(dns, context);
    expect(dns.all).toEqual(before);
    expect(restored).toEqual([
      'DNS: A web-1.acme.example is 198.51.100.2 (TTL 300) again',
      'DNS: AAAA web-1.acme.example is 2001:db8::2 (TTL 120) again',
      'DNS: PTR 7.2.0.192.in-addr.arpa is nothing again',
      'DNS: PTR 2.100.51.198.in-addr.arpa is web-1.acme.example. (TTL 600) again',
    ]);
    expect(notRestored).toEqual([]);
    expect(dnsMemoryOf(memory)?.is).toBe('restored');
  });

  test('without a move there is nothing to restore', async () => {
    const dns = dnsWith();
    expect(await restoreRecords(dns, context)).toEqual({ restored: [], notRestored: [] });
    expect(dns.writes).toBe(0);
  });

  test('what somebody has changed since stays, and is named with what it was', async () => {
    const dns = dnsWith();
    await move(dns);
    dns.set('A web-1.acme.example', '203.0.113.9/300');
    const { notRestored } = await restoreRecords(dns, context);
    expect(dns.all['A web-1.acme.example']).toBe('203.0.113.9/300');
    expect(notRestored).toEqual([
      {
        what: 'DNS: A web-1.acme.example, which was 198.51.100.2 (TTL 300) before',
        why: 'somebody has changed it since, to 203.0.113.9 (TTL 300)',
      },
    ]);
  });

  test('a service that is down is asked again, and in the end does not hold the rollback up', async () => {
    let isDown = false;
    const dns = dnsWith(old, {
      before: () => {
        if (isDown) throw new TransientError('HTTP 503');
      },
    });
    await move(dns);
    isDown = true;
    for (let attempt = 1; attempt < 6; attempt += 1)
      await expect(restoreRecords(dns, context)).rejects.toThrow(TransientError);
    const { restored, notRestored } = await restoreRecords(dns, context);
    expect(restored).toEqual([]);
    expect(notRestored.map(({ why }) => why)).toEqual(['HTTP 503', 'HTTP 503', 'HTTP 503']);
    isDown = false;
  });

  test('a service that refuses is not asked again', async () => {
    let refuses = false;
    const dns = dnsWith(old, {
      before: (call) => {
        if (refuses && call === 'write') throw new PrerequisiteError('HTTP 403');
      },
    });
    await move(dns);
    refuses = true;
    expect((await restoreRecords(dns, context)).notRestored).toHaveLength(3);
  });

  test('a worker without the service says what it was', async () => {
    const dns = dnsWith();
    await move(dns);
    const { notRestored } = await restoreRecords(undefined, context);
    expect(notRestored[0]).toEqual({
      what: 'DNS: A web-1.acme.example, which was 198.51.100.2 (TTL 300) before',
      why: 'no DNS service is configured here',
    });
  });
});

test('interrupted at every point, it is moved by the next call, and restored exactly', async () => {
  // How often memory is stored on the way.
  for (let saves = 0; ; saves += 1) {
    memory = {};
    const dns = dnsWith();
    fenceAfter = saves;
    const isInterrupted = await move(dns).then(
      () => false,
      (error: unknown) => {
        expect(error).toBeInstanceOf(Fenced);
        return true;
      },
    );
    fenceAfter = Infinity;
    const interrupted = { memory, records: dns.all };
    await move(dns);
    expect(dns.all).toMatchObject({ 'A web-1.acme.example': '192.0.2.7/300' });
    await restoreRecords(dns, context);
    expect(dns.all).toEqual(old);
    // And the same where the rollback comes first.
    memory = interrupted.memory;
    const other = dnsWith(interrupted.records);
    expect((await restoreRecords(other, context)).notRestored).toEqual([]);
    expect(other.all).toEqual(old);
    if (!isInterrupted) break;
    expect(saves).toBeLessThan(20);
  }
});

test('a lost answer of a write is written again, and restored to what was there before', async () => {
  let isLost = true;
  const dns = dnsWith(old, {
    after: () => {
      if (!isLost) return;
      isLost = false;
      throw new TransientError('the connection was reset');
    },
  });
  await expect(move(dns)).rejects.toThrow(TransientError);
  expect(dns.all['A web-1.acme.example']).toBe('192.0.2.7/300');
  await move(dns);
  await restoreRecords(dns, context);
  expect(dns.all).toEqual(old);
});

describe('checked before anything is changed', () => {
  const check = (dns: FakeDns | undefined, changed: Partial<DnsNames> = {}): Promise<void> =>
    checkNames(dns, { targetVmName: 'web-1', dns: { ...names, ...changed } }, context.signal);

  test('all zones that are missing are named', async () => {
    const wrong = check(dnsWith(), { zone: 'shop.example', reverseZones: ['10.in-addr.arpa'] });
    await expect(wrong).rejects.toThrow('There is no zone shop.example. There is no zone 10.in-addr.arpa.');
    await expect(check(dnsWith())).resolves.toBeUndefined();
  });

  test('a service that is missing, and a name of several machines', async () => {
    await expect(check(undefined)).rejects.toThrow(PrerequisiteError);
    await expect(check(dnsWith({ 'A web-1.acme.example': '198.51.100.2 198.51.100.3/300' }))).rejects.toThrow(
      PrerequisiteError,
    );
  });

  test('a machine without names needs no service', async () => {
    await expect(checkNames(undefined, { targetVmName: 'web-1' }, context.signal)).resolves.toBeUndefined();
  });
});
