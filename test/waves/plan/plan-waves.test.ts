import { describe, expect, test } from '@jest/globals';
import { nameConflicts, planWaves } from '../../../waves/plan/index.js';
import type { WavePlan } from '../../../waves/plan/index.js';
import { readWaveFile } from '../../../waves/wave-file/index.js';
import type { Estimates, Limits } from '../../../waves/wave-file/index.js';
import { FakeDns } from '../../support/fake-dns.js';
import { payloadOf } from '../../support/wave-payloads.js';

interface Given {
  readonly estimates?: Estimates;
  readonly limits?: Limits;
  readonly target?: Limits;
  readonly wave?: object;
  readonly machine?: object;
}

function plan(machines: number, { estimates, limits, target = {}, wave = {}, machine = {} }: Given = {}): WavePlan {
  const value = {
    apiVersion: 'aws2openstack/v1',
    kind: 'Waves',
    defaults: { source: 'aws', target: 'openstack', environment: 'dev', instanceType: 'm1.small', subnetId: 'net' },
    ...(estimates && { estimates }),
    ...(limits && { limits }),
    waves: [
      {
        name: 'one',
        applications: [
          {
            name: 'web',
            after: ['db'],
            machines: Array.from({ length: machines }, (_, index) => ({
              sourceVmId: `i-${index}`,
              targetVmName: `web-${index}`,
              ...machine,
            })),
          },
          { name: 'db', machines: [{ sourceVmId: 'i-db', targetVmName: 'db', diskGb: 440 }] },
        ],
        ...wave,
      },
    ],
  };
  const read = readWaveFile(value, () => ({ problem: 'no' }));
  expect(read.problems).toEqual([]);
  if (read.file === undefined) throw new Error('no file');
  return planWaves(read.file, read.machines, target);
}

const conflicts = (planned: WavePlan): readonly string[] =>
  planned.conflicts.map(({ code, message }) => `${code}: ${message}`);

test('time to copy from bandwidth, time of cutovers from the order of applications and places', () => {
  const planned = plan(10, {
    estimates: { diskGb: 46, bandwidthMbitPerSecond: 2000, launchMinutes: 30, parallelDays: 0 },
    wave: { concurrency: { cutovers: 4 } },
  });
  // 900 GB by 2 Gbit/s take an hour; db, then 10 by fours: 1 + 3 rounds of half an hour.
  expect(planned.waves).toEqual([
    { name: 'one', machines: 11, applications: 2, gb: 900, copyHours: 1, cutoverHours: 2, cost: null },
  ]);
  expect(planned.totals).toEqual({ machines: 11, applications: 2, gb: 900, copyHours: 1, cutoverHours: 2, cost: null });
});

test('cost from the prices that are given, which the plan shows', () => {
  const planned = plan(10, {
    estimates: {
      diskGb: 46,
      bandwidthMbitPerSecond: 2000,
      parallelDays: 10,
      price: { currency: 'EUR', perGbMonth: 0.1, perMachineHour: 0.05, perGbTransferred: 0.01 },
    },
  });
  const copies = (900 * 0.1 * (1 / 24 + 10)) / (365 / 12);
  expect(planned.totals.cost).toBeCloseTo(900 * 0.01 + copies + 11 * 0.05 * 24 * 10, 6);
  expect(planned.inputs).toMatchObject({ diskGb: 46, launchMinutes: 15, price: { perGbTransferred: 0.01 } });
});

describe('conflicts', () => {
  test('none where nothing is known, and none where everything fits exactly', () => {
    expect(conflicts(plan(3))).toEqual([]);
    const limits: Limits = {
      instances: 4,
      vcpus: 4,
      ramGb: 8,
      volumes: 4,
      volumeGb: 620,
      instanceTypes: { 'm1.small': { vcpus: 1, ramGb: 2 } },
      subnets: { net: { cidr: '10.0.0.0/24', freeAddresses: 4 } },
    };
    expect(conflicts(plan(3, { limits }))).toEqual([]);
  });

  test.each([
    [{ instances: 3 }, 'wave-capacity: The waves up to one need 4 instances at the target; 3 are free.'],
    [
      { vcpus: 7, instanceTypes: { 'm1.small': { vcpus: 2, ramGb: 2 } } },
      'wave-capacity: The waves up to one need 8 vCPUs at the target; 7 are free.',
    ],
    [
      { ramGb: 7, instanceTypes: { 'm1.small': { vcpus: 2, ramGb: 2 } } },
      'wave-capacity: The waves up to one need 8 GB of RAM at the target; 7 are free.',
    ],
    [{ volumes: 3 }, 'wave-capacity: The waves up to one need 4 volumes at the target; 3 are free.'],
    [{ volumeGb: 619 }, 'wave-capacity: The waves up to one need 620 GB of volumes at the target; 619 are free.'],
    [
      { subnets: { net: { cidr: '10.0.0.0/24', freeAddresses: 3 } } },
      'wave-address: In the waves up to one, the subnet net needs 4 addresses, and 3 are free.',
    ],
  ] satisfies readonly (readonly [Limits, string])[])('%j', (limits, message) => {
    expect(conflicts(plan(3, { limits }))).toEqual([message]);
    // What the target says counts as well, unless the file says otherwise.
    expect(conflicts(plan(3, { target: limits }))).toEqual([message]);
  });

  test('an instance type that the target does not have', () => {
    expect(conflicts(plan(0 + 1, { limits: { instanceTypes: { large: { vcpus: 4, ramGb: 8 } } } }))[0]).toContain(
      'requires the instance type m1.small',
    );
  });

  test.each([
    ['10.0.1.5', 'is outside of 10.0.0.0/24'],
    ['10.0.0.1', 'is taken already'],
    ['fd00::1', 'is outside of 10.0.0.0/24'],
  ])('the fixed address %s', (fixedIp, what) => {
    const limits = { subnets: { net: { cidr: '10.0.0.0/24', freeAddresses: 9, taken: ['10.0.0.1'] } } };
    const planned = plan(1, { limits, machine: { fixedIp } });
    expect(conflicts(planned)).toEqual([`wave-address: The fixedIp ${fixedIp} of one-web-0 ${what}.`]);
    expect(planned.conflicts[0]?.path).toEqual(['waves', 0, 'applications', 0, 'machines', 0, 'fixedIp']);
  });

  test('windows that are too short for the cutovers', () => {
    const wave = {
      windows: [{ from: '2026-12-05T22:00:00Z', to: '2026-12-05T23:00:00Z' }],
      concurrency: { cutovers: 1 },
    };
    expect(conflicts(plan(3, { wave, estimates: { launchMinutes: 15 } }))).toEqual([]);
    expect(conflicts(plan(4, { wave, estimates: { launchMinutes: 15 } }))).toEqual([
      'wave-window-short: The cutovers of one take 1.3 h, and its windows have 1.0 h.',
    ]);
  });
});

describe('names and records of a CMDB', () => {
  const named = { dns: { zone: 'acme.example' }, cmdb: { fields: { ip: '{address}' } }, fixedIp: '10.0.0.5' };

  test('what a cutover changes outside of the machine is shown', () => {
    expect(plan(1, { machine: named }).outside).toEqual([
      {
        migrationId: 'one-web-0',
        dns: { zone: 'acme.example', names: ['web-0.acme.example'], addresses: ['10.0.0.5'], reverseZones: [] },
        cmdb: { key: 'web-0', fields: ['ip'] },
      },
    ]);
    expect(plan(1).outside).toEqual([]);
  });

  test('zones that are not there, once, and names that several machines answer to', async () => {
    const machines = (zones: readonly string[]) =>
      zones.map((zone, index) => ({
        payload: payloadOf(`m-${index}`, { targetVmName: `web-${index}`, dns: { zone } }),
        diskGb: null,
        place: { path: ['waves', 0, 'applications', 0, 'machines', index] },
      }));
    const dns = new FakeDns().set('A web-2.acme.example', '198.51.100.1 198.51.100.2');
    const found = await nameConflicts(
      dns,
      machines(['shop.example', 'shop.example', 'acme.example']),
      new AbortController().signal,
    );
    expect(found.map(({ path, message }) => `${path.at(-1) ?? ''} ${message}`)).toEqual([
      '0 There is no zone shop.example.',
      expect.stringContaining('2 A web-2.acme.example has 2 addresses'),
    ]);
  });
});
