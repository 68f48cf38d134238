import { expect, test } from '@jest/globals';
import { describeStatus } from '../../../cli/waves/status-view.js';
import type { ShownMachine } from '../../../cli/waves/status.js';

const at = new Date('2026-12-05T22:41:07.123Z');
const machine: ShownMachine = {
  migrationId: 'shop-web-1',
  appName: 'shop',
  wave: 'shop',
  status: 'ROLLED_BACK',
  statusSince: at,
  targetVmName: 'web-1',
  error: null,
  orders: [],
  memory: {},
  events: [
    {
      migrationId: 'shop-web-1',
      number: 1,
      at,
      kind: 'not-restored',
      state: 'RollBack',
      message: 'DNS: A web-1.\u001b',
    },
  ],
};
const shown = (memory: ShownMachine['memory']): string =>
  describeStatus({ waves: [], machines: [{ ...machine, memory }], messages: 0, deadLetters: [] });

test('DNS records of a machine are shown before and after', () => {
  const key = { zone: 'acme.example', name: 'web-1.acme.example', ticket: null };
  const moves = [
    { ...key, type: 'A', before: { ttl: 300, values: ['198.51.100.2'] }, after: { ttl: 60, values: ['192.0.2.7'] } },
    { ...key, type: 'AAAA', before: { ttl: null, values: ['2001:db8::2'] }, after: null },
  ];
  const text = shown({ 'step.dns': { is: 'restored', moves } });
  expect(text).toContain('DNS records of shop-web-1: restored');
  expect(text).toMatch(/A web-1\.acme\.example +198\.51\.100\.2 \(TTL 300\) +→ +192\.0\.2\.7 \(TTL 60\)/);
  expect(text).toMatch(/AAAA web-1\.acme\.example +2001:db8::2 +→ +nothing/);
});

test('a machine without names has no such part, and control characters are escaped', () => {
  expect(shown({})).not.toContain('DNS records');
  expect(shown({})).toContain('DNS: A web-1.');
  expect(shown({})).not.toContain('\u001b');
});
