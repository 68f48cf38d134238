import { expect, test } from '@jest/globals';
import type { MachineRecord, Order } from '../../../waves/machines/index.js';
import type { CutoverRules } from '../../../waves/payload/index.js';
import { decideCutover } from '../../../waves/steps/decide-cutover.js';
import type { Dependency } from '../../../waves/steps/decide-cutover.js';
import { payloadOf } from '../../support/wave-payloads.js';

const now = new Date('2026-12-05T23:00:00Z');

function order(kind: Order['kind'], more: Partial<Order> = {}): Order {
  return { kind, by: 'ada@acme.example', at: now, ...more };
}

function decide(
  rules: CutoverRules,
  orders: readonly Order[] = [],
  dependencies: readonly Dependency[] = [],
  memory: MachineRecord['memory'] = {},
): ReturnType<typeof decideCutover> {
  return decideCutover({ payload: payloadOf('m-1', { rules }), orders, memory }, dependencies, now);
}

test('without rules, a person orders the cutover', () => {
  expect(decide({})).toEqual({ is: 'waiting', reasons: ['the order to cut over'] });
  expect(decide({}, [order('cutover')])).toEqual({ is: 'cutover' });
  expect(decide({ start: 'when-ready' })).toEqual({ is: 'cutover' });
});

test('a rollback comes before everything, and a test before the cutover', () => {
  expect(decide({}, [order('cutover'), order('test'), order('rollback')])).toEqual({ is: 'rollback' });
  expect(decide({}, [order('cutover'), order('test')])).toEqual({ is: 'test' });
  expect(decide({}, [order('cutover'), order('test')], [], { 'step.obeyedTests': 1 })).toEqual({ is: 'cutover' });
});

test('all that it waits for is named', () => {
  const rules: CutoverRules = {
    gates: ['change-board', 'owner'],
    after: ['database', 'queue'],
    windows: [
      { from: '2026-12-12T22:00:00Z', to: '2026-12-13T04:00:00Z' },
      { from: '2026-12-06T22:00:00Z', to: '2026-12-07T04:00:00Z' },
    ],
  };
  const dependencies = [
    { appName: 'database', machines: 3, open: 1 },
    { appName: 'queue', machines: 0, open: 0 },
  ];
  expect(decide(rules, [order('approve', { gate: 'owner' })], dependencies)).toEqual({
    is: 'waiting',
    reasons: [
      "the approval of 'change-board'",
      'database, of which 1 of 3 machines are not cut over',
      'queue, of which no machine is known',
      'the order to cut over',
      'a window (the next begins at 2026-12-06T22:00:00Z)',
    ],
  });
});

test.each([
  ['2026-12-05T23:00:00Z', '2026-12-05T23:00:01Z', 'cutover'],
  ['2026-12-05T22:00:00Z', '2026-12-05T23:00:00Z', 'waiting'],
  ['2026-12-05T23:00:01Z', '2026-12-06T00:00:00Z', 'waiting'],
])('a window from %s to %s at 23:00', (from, to, is) => {
  expect(decide({ start: 'when-ready', windows: [{ from, to }] })).toMatchObject({ is });
});
