import { expect, test } from '@jest/globals';
import { addressesNeeded, machineAddress } from '../../core/address-plan.js';
import { addressAt, parseCidr } from '../../core/cidr.js';

const plan = { coordinator: 10, worker: 32 };

test('a machine keeps its address however many others there are', () => {
  expect(machineAddress('10.20.0.0/24', plan, { group: 'coordinator', number: 1 })).toBe('10.20.0.10');
  expect(machineAddress('10.20.0.0/24', plan, { group: 'worker', number: 3 })).toBe('10.20.0.34');
  expect(machineAddress('10.20.255.0/23', plan, { group: 'worker', number: 230 })).toBe('10.20.255.5');
});

test('a machine that the network cannot hold has no address', () => {
  expect(machineAddress('10.20.0.0/27', plan, { group: 'worker', number: 1 })).toBeUndefined();
  expect(machineAddress('nonsense', plan, { group: 'worker', number: 1 })).toBeUndefined();
  expect(addressesNeeded(plan, [{ group: 'worker', number: 3 }])).toBe(36);
});

test('host bits are cleared, and what is no network is refused', () => {
  expect(addressAt(parseCidr('192.168.1.77/16') ?? { base: 0, prefix: 0, size: 0 }, 1)).toBe('192.168.0.1');
  for (const text of ['10.0.0.0', '10.0.0.256/24', '10.0.0.0/33', 'fd00::/64', ''])
    expect(parseCidr(text)).toBeUndefined();
});
