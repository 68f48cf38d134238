import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Interpreter } from '../../waves/local/index.js';
import { readPayload } from '../../waves/payload/index.js';
import { machineMove } from '../../waves/state-machine/index.js';
import { ingest } from '../../waves/steps/index.js';
import { MemoryWaves } from '../support/memory-waves.js';
import { schemaBesideTypes } from '../support/schema-of-type.js';
import { payloadOf } from '../support/wave-payloads.js';

const root = join(import.meta.dirname, '..', '..');
const schema = JSON.parse(readFileSync(join(root, 'waves/payload/payload.schema.json'), 'utf8')) as {
  definitions: { Payload: { properties: Record<string, object> } };
};
const fields = Object.keys(schema.definitions.Payload.properties);
const full = payloadOf('m-1', {
  correlationId: 'c-1',
  callbackUrl: 'https://hooks.acme.example/waves?x=1',
  network: { fixedIp: '10.0.0.5', macAddress: 'fa:16:3e:00:00:01', testSubnetId: 'subnet-2' },
  dns: {
    zone: 'acme.example.',
    names: ['Web.acme.example', 'acme.example'],
    addresses: ['192.0.2.7', '2001:db8::7'],
    reverseZones: ['2.0.192.in-addr.arpa', '8.b.d.0.1.0.0.2.ip6.arpa.'],
    ttlSeconds: 60,
  },
  cmdb: {
    key: 'srv 0042',
    fields: { ip_address: '{address}', state: '{status}', moved: true, tier: 2 },
    fieldsAfterRollback: { state: 'source' },
  },
  rules: {
    start: 'when-ready',
    test: false,
    after: ['database'],
    windows: [{ from: '2026-12-05T22:00:00Z', to: '2026-12-06T04:00:00Z' }],
    gates: ['change-board'],
    concurrency: { replications: 5, cutovers: 2 },
  },
  options: { firmware: 'uefi', disks: 2, keepIp: true },
});

function messagesOf(input: unknown): readonly string[] {
  const read = readPayload(input);
  return read.ok ? [] : read.error.map(({ path, message }) => `${path} ${message}`);
}

test('a payload with every field is read as it is', () => {
  expect(fields.toSorted()).toEqual(Object.keys(full).toSorted());
  expect(readPayload(full)).toEqual({ ok: true, value: full });
});

test('the schema and the type say the same', () => {
  const typed = schemaBesideTypes('waves/payload/payload.schema.json', 'waves/payload/payload.ts');
  const [declared, generated] = typed('Payload');
  const shapes = (definitions: typeof declared, name: string): unknown => {
    const { properties = {}, required = [] } = (definitions[name] ?? {}) as {
      properties?: object;
      required?: string[];
    };
    return { name, properties: Object.keys(properties).toSorted(), required: required.toSorted() };
  };
  const names = ['Payload', 'Network', 'DnsNames', 'CmdbRecord', 'CutoverRules', 'Concurrency', 'Window'];
  expect(Object.keys(generated)).toEqual(expect.arrayContaining(names));
  for (const name of names) expect(shapes(declared, name)).toEqual(shapes(generated, name));
});

test.each([
  ['nothing', undefined, ['The payload must be of type object.']],
  ['a list', [], ['The payload must be of type object.']],
  ['a text', '{}', ['The payload must be of type object.']],
])('%s is refused', (_name, input, messages) => {
  expect(messagesOf(input).map((message) => message.trim())).toEqual(messages);
});

describe('a refusal names field, value and rule', () => {
  test.each([
    ['migrationId', 'a b', '/migrationId \'migrationId\' must match ^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$ (it is "a b").'],
    ['source', 'gcp', '/source \'source\' must be one of aws, azure, vmware, openstack (it is "gcp").'],
    ['securityGroupIds', 'sg-1', '/securityGroupIds \'securityGroupIds\' must be of type array (it is "sg-1").'],
    [
      'targetVmName',
      'web_1',
      '/targetVmName \'targetVmName\' must match ^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$ (it is "web_1").',
    ],
    [
      'callbackUrl',
      'http://hooks.acme.example',
      '/callbackUrl \'callbackUrl\' must match ^https://[^\\s/?#@\\p{C}]+([/?#][^\\s\\p{C}]*)?$ (it is "http://hooks.acme.example").',
    ],
    ['color', 'red', "/color The payload has the unknown key 'color'."],
    [
      'rules',
      { windows: [{ from: '2026-02-30T00:00:00Z', to: '2026-03-01T00:00:00Z' }] },
      "/rules/windows/0 'rules.windows.0' must have times that exist (2026-02-30T00:00:00Z does not).",
    ],
    [
      'rules',
      { windows: [{ from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' }] },
      "/rules/windows/0 'rules.windows.0' must end after it begins (it is 2026-03-02T00:00:00Z to 2026-03-01T00:00:00Z).",
    ],
    [
      'dns',
      { zone: 'acme.example', names: ['web.acme.example', 'web.notacme.example'] },
      '/dns/names/1 \'dns.names.1\' must be in the zone acme.example (it is "web.notacme.example").',
    ],
    [
      'dns',
      { zone: 'acme.example', addresses: ['1.2.3'] },
      '/dns/addresses/0 \'dns.addresses.0\' must be an IP address (it is "1.2.3").',
    ],
    ['dns', {}, "/dns 'dns' lacks the key 'zone'."],
    [
      'cmdb',
      { fields: { ip: '{adress}' } },
      '/cmdb/fields/ip \'cmdb.fields.ip\' must have no other placeholders than {address}, {appName}, {at}, {correlationId}, {environment}, {instanceType}, {migrationId}, {source}, {sourceVmId}, {status}, {subnetId}, {target}, {targetVmName}, {wave} (it is "{adress}").',
    ],
  ])('%s %j', (field, value, message) => {
    expect(messagesOf({ ...full, [field]: value })).toEqual([message]);
  });

  test('one that is missing', () => {
    expect(messagesOf(Object.fromEntries(Object.entries(full).filter(([name]) => name !== 'wave')))).toEqual([
      " The payload lacks the key 'wave'.",
    ]);
  });

  test('all are reported, not the first', () => {
    expect(messagesOf({ ...full, source: 'gcp', wave: '' })).toHaveLength(2);
  });
});

describe('whatever comes as a message', () => {
  const anything = fc.anything({ withBigInt: false, withDate: true, withMap: true, withSparseArray: true });
  const mutated = fc
    .tuple(fc.constantFrom(...fields, '__proto__', 'constructor', 'toString', ''), anything)
    .map(([field, value]) => Object.defineProperty({ ...full }, field, { value, enumerable: true }));
  const removed = fc
    .subarray(fields)
    .map((kept) => Object.fromEntries(Object.entries(full).filter(([name]) => kept.includes(name))));
  const inputs = fc.oneof(
    { weight: 5, arbitrary: mutated },
    { weight: 2, arbitrary: removed },
    { weight: 2, arbitrary: anything },
  );
  const runs = Number(process.env['A2O_WAVE_PAYLOADS'] ?? 10_000);

  test('nothing crashes, and each refusal says what is wrong and what to do', async () => {
    const store = new MemoryWaves({
      interpreter: new Interpreter(machineMove),
      leaseSeconds: 60,
      now: () => new Date(),
    });
    const seen = { refused: 0, taken: 0 };
    await fc.assert(
      fc.asyncProperty(inputs, async (input) => {
        const taken = await ingest(input, { store, now: () => new Date() });
        if (taken.ok) {
          seen.taken += 1;
          return;
        }
        seen.refused += 1;
        expect(taken.error.length).toBeGreaterThan(0);
        for (const { code, message, fix } of taken.error) {
          expect(code).toMatch(/^wave-payload/);
          expect(message).toMatch(/^(The payload|The machine|'.+') .*\.$/s);
          expect(fix).not.toBe('');
        }
      }),
      { numRuns: runs },
    );
    expect(seen.refused).toBeGreaterThan(runs / 2);
    expect(seen.taken).toBeGreaterThan(0);
  }, 600_000);
});

test('the same migrationId with another payload is refused, and changes nothing', async () => {
  const store = new MemoryWaves({ interpreter: new Interpreter(machineMove), leaseSeconds: 60, now: () => new Date() });
  const ports = { store, now: () => new Date('2026-12-01T00:00:00Z') };
  expect(await ingest(full, ports)).toEqual({
    ok: true,
    value: { is: 'created', migrationId: 'm-1', correlationId: 'c-1' },
  });
  expect(await ingest(full, ports)).toEqual({
    ok: true,
    value: { is: 'exists', migrationId: 'm-1', correlationId: 'c-1' },
  });
  expect(await ingest({ ...full, wave: 'other' }, ports)).toMatchObject({
    ok: false,
    error: [{ code: 'wave-payload-changed' }],
  });
  expect((await store.read('m-1'))?.payload).toEqual(full);
});
