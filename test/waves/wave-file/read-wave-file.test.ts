import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readWaveFile } from '../../../waves/wave-file/index.js';
import type { ReadWaves } from '../../../waves/wave-file/index.js';
import { schemaBesideTypes } from '../../support/schema-of-type.js';

const folder = join(import.meta.dirname, '..', '..', '..', 'examples', 'waves');
const example = (): Record<string, unknown> =>
  parse(readFileSync(join(folder, 'waves.yaml'), 'utf8')) as Record<string, unknown>;

function read(value: unknown, csv: Readonly<Record<string, string>> = {}): ReadWaves {
  return readWaveFile(value, (name) => {
    const text = csv[name];
    return text === undefined ? { problem: `The file ${name} cannot be read (ENOENT).` } : { text };
  });
}

const base = {
  source: 'aws',
  target: 'openstack',
  environment: 'dev',
  instanceType: 'm1.small',
  subnetId: 'subnet-1',
  securityGroupIds: ['sg-1'],
};

/** Waves of applications: name, after, number of machines. */
function file(...waves: readonly (readonly [string, readonly string[], number])[][]): unknown {
  return {
    apiVersion: 'aws2openstack/v1',
    kind: 'Waves',
    defaults: base,
    waves: waves.map((applications, wave) => ({
      name: `wave-${wave + 1}`,
      applications: applications.map(([name, after, machines]) => ({
        name,
        ...(after.length > 0 && { after }),
        machines: Array.from({ length: machines }, (_, index) => ({
          sourceVmId: `i-${wave}-${name}-${index}`,
          targetVmName: `${name}-${wave}-${index}`,
        })),
      })),
    })),
  };
}

const messages = ({ problems }: ReadWaves): readonly string[] =>
  problems.map(({ path, message }) => `/${path.join('/')} ${message}`);

test('the example: defaults, rules of waves, and machines of a CSV file become payloads', () => {
  const { problems, machines } = readWaveFile(example(), (name) => ({
    text: readFileSync(join(folder, name), 'utf8'),
  }));
  expect(problems).toEqual([]);
  expect(
    machines.map(({ payload, diskGb }) => [payload.migrationId, payload.appName, payload.instanceType, diskGb]),
  ).toEqual([
    ['pilot-wiki-1', 'wiki', 'm1.medium', 40],
    ['shop-shop-db-1', 'shop-database', 'm1.large', 500],
    ['shop-shop-web-1', 'shop-web', 'm1.medium', 30],
    ['shop-shop-web-2', 'shop-web', 'm1.medium', 30],
    ['shop-shop-web-3', 'shop-web', 'm1.medium', 30],
  ]);
  expect(machines[2]).toMatchObject({
    payload: {
      callbackUrl: 'https://hooks.acme.example/waves',
      network: { fixedIp: '10.20.0.21' },
      rules: {
        after: ['shop-database'],
        gates: ['change-board'],
        windows: [{ from: '2026-12-05T22:00:00Z', to: '2026-12-06T04:00:00Z' }],
        concurrency: { replications: 10, cutovers: 5 },
      },
    },
    place: { csv: { file: 'shop-web.csv', line: 2 } },
  });
});

test('the schema and the types say the same', () => {
  const typed = schemaBesideTypes('waves/wave-file/wave.schema.json', 'waves/wave-file/wave-file.ts');
  for (const [name, own] of [
    ['Wave', 'Wave'],
    ['Application', 'Application'],
    ['MachineDefaults', 'MachineDefaults'],
    ['Estimates', 'Estimates'],
    ['Limits', 'Limits'],
    ['WaveMachine', 'Machine'],
  ] as const) {
    const [, generated] = typed(name);
    const schema = JSON.parse(readFileSync(join(folder, '../../waves/wave-file/wave.schema.json'), 'utf8')) as {
      definitions: Record<string, { properties: object; required?: string[] }>;
    };
    const { properties, required = [] } = generated[name] as { properties: object; required?: string[] };
    expect([name, Object.keys(schema.definitions[own]?.properties ?? {}).toSorted()]).toEqual([
      name,
      Object.keys(properties).toSorted(),
    ]);
    expect([name, (schema.definitions[own]?.required ?? []).toSorted()]).toEqual([name, required.toSorted()]);
  }
});

describe('names and records of a CMDB', () => {
  const withNames = (defaults: object, ...machines: readonly object[]): ReadWaves => {
    const value = file([['shop', [], 0]]) as { defaults: object; waves: { applications: { machines: object[] }[] }[] };
    value.defaults = { ...value.defaults, ...defaults };
    value.waves[0]?.applications[0]?.machines.push(
      ...machines.map((machine, index) => ({ sourceVmId: `i-${index}`, targetVmName: `web-${index}`, ...machine })),
    );
    return read(value);
  };

  test('a machine’s own keys of dns replace those of the defaults, and its fields of the CMDB are added', () => {
    const { machines, problems } = withNames(
      {
        dns: { zone: 'acme.example', reverseZones: ['10.in-addr.arpa'] },
        cmdb: { fields: { ip: '{address}', state: '{status}' } },
      },
      {},
      { dns: { names: ['shop.acme.example'] }, cmdb: { key: 'srv-7', fields: { state: 'moved', tier: 2 } } },
    );
    expect(problems).toEqual([]);
    expect(machines.map(({ payload: { dns, cmdb } }) => ({ dns, cmdb }))).toEqual([
      {
        dns: { zone: 'acme.example', reverseZones: ['10.in-addr.arpa'] },
        cmdb: { fields: { ip: '{address}', state: '{status}' } },
      },
      {
        dns: { zone: 'acme.example', reverseZones: ['10.in-addr.arpa'], names: ['shop.acme.example'] },
        cmdb: { key: 'srv-7', fields: { ip: '{address}', state: 'moved', tier: 2 } },
      },
    ]);
  });

  test('what is wrong is told once where it stands, in the machine or in the defaults', () => {
    const placesOf = (found: ReadWaves): readonly unknown[] => messages(found).map((message) => message.split(' ')[0]);
    expect(placesOf(withNames({ dns: { zone: 'acme example' } }, {}, {}))).toEqual(['/defaults/dns/zone']);
    expect(placesOf(withNames({ dns: { ttlSeconds: 60 } }, {}))).toEqual(['/defaults/dns']);
    expect(
      placesOf(withNames({ cmdb: { fields: { ip: '{adress}' } } }, {}, { cmdb: { fields: { ip: '{ip}' } } })),
    ).toEqual(['/defaults/cmdb/fields/ip', '/waves/0/applications/0/machines/1/cmdb/fields/ip']);
  });

  test('a name leads to one machine', () => {
    const dns = { zone: 'acme.example', names: ['shop.acme.example'] };
    expect(messages(withNames({}, { dns }, { dns: { ...dns, names: ['Shop.acme.example.'] } }))).toEqual([
      '/waves/0/applications/0/machines/1 The DNS name shop.acme.example of wave-1-web-1 is also used by wave-1-web-0.',
    ]);
  });
});

describe('refusals', () => {
  test('of the schema, all at once', () => {
    const value = { ...example(), kind: 'Wave', color: 'red', waves: [{ name: 'a', applications: [{ name: 'x' }] }] };
    expect(messages(read(value))).toEqual([
      "/color The file has the unknown key 'color'.",
      '/kind \'kind\' must be "Waves".',
      "/waves/0/applications/0 'waves.0.applications.0' lacks 'machines' or 'machinesFrom'.",
    ]);
  });

  test('of a machine, where it stands, or where its wave or application does', () => {
    const value = file([['shop', [], 1]]) as {
      defaults: object;
      waves: { name: string; windows?: object[]; applications: { machines: object[] }[] }[];
    };
    const [wave] = value.waves;
    if (wave === undefined) throw new Error('no wave');
    wave.name = 'wave 1';
    wave.windows = [{ from: 'tonight', to: '2026-12-06T04:00:00Z' }];
    wave.applications[0]?.machines.push({ sourceVmId: 'i-9', targetVmName: 'under_score', fixedIp: 'nowhere' });
    expect(messages(read(value)).map((message) => message.split(' must')[0])).toEqual(
      [
        "/waves/0/applications/0/machines/0 'migrationId'",
        "/waves/0/name 'wave'",
        "/waves/0/windows/0/from 'rules.windows.0.from'",
        "/waves/0/applications/0/machines/1 'migrationId'",
        "/waves/0/applications/0/machines/1/targetVmName 'targetVmName'",
        "/waves/0/applications/0/machines/1/fixedIp 'network.fixedIp'",
      ].map((start) => expect.stringContaining(start.split(' ')[0] ?? '') as unknown),
    );
  });

  test('of a CSV file that is not there, and of a line', () => {
    const value = { ...example() };
    expect(messages(read(value))).toContain(
      '/waves/1/applications/1/machinesFrom The file shop-web.csv cannot be read (ENOENT).',
    );
    const bad = read(value, { 'shop-web.csv': 'sourceVmId,targetVmName\ni-1,under_score\n' });
    expect(bad.problems).toMatchObject([
      {
        csv: { file: 'shop-web.csv', line: 2, column: 5 },
        message: expect.stringContaining("'targetVmName'") as unknown,
      },
    ]);
  });

  test('of names and records of a CMDB in a CSV file, in their cells', () => {
    const placesOf = (...lines: readonly string[]): readonly unknown[] =>
      read(example(), { 'shop-web.csv': lines.join('\n') }).problems.map(({ path, csv }) => csv ?? path);
    const head = 'sourceVmId,targetVmName,dns.zone,dns.names,dns.ttlSeconds,cmdb.fields.ip_address';
    expect(
      placesOf(head, 'i-1,web-1,acme.example,shop.acme.example,60,{address}', 'i-2,web-2,acme.example,,,'),
    ).toEqual([]);
    expect(placesOf(head, 'i-1,web-1,acme example,,,')).toEqual([{ file: 'shop-web.csv', line: 2, column: 11 }]);
    expect(placesOf(head, 'i-1,web-1,acme.example,,1.5,')).toEqual([{ file: 'shop-web.csv', line: 2, column: 25 }]);
    expect(placesOf(head, 'i-1,web-1,,,,{adress}')).toEqual([{ file: 'shop-web.csv', line: 2, column: 14 }]);
    // Without a zone: nothing of the line is its cell.
    expect(placesOf(head, 'i-1,web-1,,a.acme.example,,')).toEqual([{ file: 'shop-web.csv', line: 2 }]);
    expect(
      placesOf(head, 'i-1,web-1,acme.example,a.acme.example,,', 'i-2,web-2,acme.example,a.acme.example,,'),
    ).toEqual([{ file: 'shop-web.csv', line: 3, column: 24 }]);
  });

  test('machines that are there twice', () => {
    const value = file([['shop', [], 2]]) as { waves: { applications: { machines: Record<string, unknown>[] }[] }[] };
    const [first, second] = value.waves[0]?.applications[0]?.machines ?? [];
    Object.assign(first ?? {}, { fixedIp: '10.0.0.5', macAddress: 'FA:16:3E:00:00:01' });
    Object.assign(second ?? {}, { ...first, macAddress: 'fa:16:3e:00:00:01' });
    expect(messages(read(value))).toEqual(
      [
        'migrationId wave-1-shop-0-0',
        'sourceVmId i-0-shop-0',
        'targetVmName shop-0-0',
        'fixedIp 10.0.0.5',
        'macAddress fa:16:3e:00:00:01',
      ].map(
        (what) => `/waves/0/applications/0/machines/1 The ${what} of wave-1-shop-0-0 is also used by wave-1-shop-0-0.`,
      ),
    );
  });

  test.each([
    [
      file([
        ['a', ['b'], 1],
        ['b', ['a'], 1],
      ]),
      'Applications wait for one another: a → b → a.',
    ],
    [file([['a', ['a'], 1]]), 'Applications wait for one another: a → a.'],
    [
      file(
        [
          ['x', ['a'], 1],
          ['a', ['b'], 1],
        ],
        [
          ['b', ['c'], 1],
          ['c', ['a'], 1],
        ],
      ),
      'Applications wait for one another: a → b → c → a.',
    ],
    [file([['a', ['z'], 1]]), 'a waits for z, which no wave of the file has.'],
  ])('of circles and unknown names: %#', (value, message) => {
    const errors = read(value).problems.filter(({ severity }) => severity === 'error');
    expect(errors.map((each) => each.message)).toEqual([message]);
  });

  test('an application that waits for a later wave is a warning', () => {
    expect(read(file([['a', ['b'], 1]], [['b', [], 1]])).problems).toMatchObject([
      {
        severity: 'warning',
        path: ['waves', 0, 'applications', 0, 'after', 0],
        message: 'a of wave-1 waits for b, which moves later, in wave-2.',
      },
    ]);
  });
});
