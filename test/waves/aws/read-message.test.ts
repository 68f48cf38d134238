import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatDiagnostic } from '../../../core/diagnostic.js';
import type { WaveStore } from '../../../waves/machines/index.js';
import type { EventBus } from '../../../waves/aws/event-bus.js';
import { readMessage } from '../../../waves/aws/read-message.js';
import { readStepInput } from '../../../waves/aws/read-step-input.js';
import { takeMessage } from '../../../waves/aws/take-message.js';
import { payloadOf } from '../../support/wave-payloads.js';

const rounds = 10_000;
const order = { migrationId: 'm-1', kind: 'cutover', by: 'ada@acme.example' };

function problems(value: unknown): string {
  const read = readMessage(JSON.stringify(value));
  return read.ok ? '' : read.error.map(formatDiagnostic).join('\n');
}

describe('orders', () => {
  test('of each kind are read', () => {
    for (const kind of ['test', 'cutover', 'rollback', 'finalize'])
      expect(readMessage(JSON.stringify({ order: { ...order, kind } }))).toMatchObject({
        ok: true,
        value: { is: 'order' },
      });
    expect(problems({ order: { ...order, kind: 'approve', gate: 'change-board' } })).toBe('');
  });

  test.each([
    ['an approval without its gate', { kind: 'approve' }, "'order' lacks the key 'gate'"],
    [
      'an unknown kind',
      { kind: 'delete' },
      'must be one of test, approve, cutover, rollback, finalize (it is "delete")',
    ],
    ['nobody who answers for it', { by: '' }, "'order.by' must not be empty"],
    ['an unknown key', { force: true }, "unknown key 'force'"],
  ])('with %s are refused: field, value and rule', (_, changed, named) => {
    expect(problems({ order: { ...order, ...changed } })).toContain(named);
  });
});

/** Values as they may come from outside, and payloads in which one thing is odd. */
const anything = fc.oneof(
  fc.jsonValue(),
  fc.record({ order: fc.jsonValue() }),
  fc
    .tuple(fc.constantFrom(...Object.keys(payloadOf('m-1')), 'rules', 'network', '__proto__'), fc.jsonValue())
    .map(([key, value]) => ({ ...payloadOf('m-1'), [key]: value })),
  fc.tuple(fc.constantFrom('migrationId', 'kind', 'by', 'gate'), fc.jsonValue()).map(([key, value]) => ({
    order: { ...order, [key]: value },
  })),
);

test(`${rounds} odd messages are stored or refused with a reason, and none crashes the handler`, async () => {
  const store = {
    create: () => Promise.resolve('created'),
    order: () => Promise.resolve('taken'),
    read: () => Promise.resolve(undefined),
  } as unknown as WaveStore;
  const bus = { announce: () => Promise.resolve() } as unknown as EventBus;
  const ports = { store, bus, now: () => new Date(0), log: () => undefined };
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string(),
        anything.map((value) => JSON.stringify(value)),
      ),
      async (body) => {
        try {
          await takeMessage(body, ports);
        } catch (error) {
          refused += 1;
          expect(error).toMatchObject({
            name: 'ValidationError',
            message: expect.stringMatching(/\[wave-[a-z-]+\]\n {2}fix: /),
          });
        }
      },
    ),
    { numRuns: rounds },
  );
  expect(refused).toBeGreaterThan(rounds / 2);
});

test(`${rounds} odd inputs of steps are read or refused by field, value and rule`, () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.jsonValue(),
        fc.record({
          action: fc.constant('validate'),
          state: fc.jsonValue(),
          migrationId: fc.jsonValue(),
          correlationId: fc.jsonValue(),
          error: fc.jsonValue(),
        }),
      ),
      (value) => {
        try {
          expect(readStepInput(value, ['validate']).action).toBe('validate');
        } catch (error) {
          expect(error).toMatchObject({
            name: 'ValidationError',
            message: expect.stringMatching(/^'[a-zA-Z.]+' must .* \(it is /s),
          });
        }
      },
    ),
    { numRuns: rounds },
  );
});

test('a function does the actions that are its own, and no others', () => {
  const input = { state: 'FinalizeCutover', migrationId: 'm-1', correlationId: 'c-1' };
  expect(readStepInput({ ...input, action: 'finalize' }, ['finalize'])).toMatchObject({ action: 'finalize' });
  expect(() => readStepInput({ ...input, action: 'finalize' }, ['validate'])).toThrow(
    "'action' must be one of validate",
  );
});
