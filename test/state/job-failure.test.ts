import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { afterFailure, defaultRetryPolicy, thrownFailure } from '../../state/queue/failure.js';

const failure = (kind: 'retry' | 'wait' | 'stop' | 'block') => ({ kind, reason: 'x' });

test('the delay doubles up to its limit, less up to half of it', () => {
  const delays = (random: number): unknown[] =>
    [0, 1, 2, 3, 4].map((before) => {
      const next = afterFailure(failure('retry'), before, { ...defaultRetryPolicy, maxDelaySeconds: 30 }, random);
      return next.to === 'PENDING' ? next.delaySeconds : next.to;
    });
  expect(delays(0)).toEqual([5, 10, 20, 30, 30]);
  expect(delays(0.5)).toEqual([3.75, 7.5, 15, 22.5, 22.5]);
});

test('a job fails with the last attempt that it may have, and at once when no attempt can help', () => {
  expect(afterFailure(failure('retry'), defaultRetryPolicy.limit - 1, defaultRetryPolicy, 0)).toEqual({
    to: 'FAILED',
    failures: defaultRetryPolicy.limit,
  });
  expect(afterFailure(failure('stop'), 0, defaultRetryPolicy, 0)).toEqual({ to: 'FAILED', failures: 1 });
  expect(afterFailure(failure('block'), 100, defaultRetryPolicy, 0)).toEqual({ to: 'PAUSED', failures: 101 });
});

test('a job that waits for long is looked at less and less often, and never fails of it', () => {
  const delays = [0, 60, 600, 3600, 86_400].map((waited) =>
    afterFailure(failure('wait'), 5, defaultRetryPolicy, 0, waited),
  );
  expect(delays).toEqual([5, 5, 20, 120, 300].map((delaySeconds) => ({ to: 'PENDING', failures: 5, delaySeconds })));
});

test('whatever the policy, a delay is between half of the full one and its limit', () => {
  fc.assert(
    fc.property(
      fc.record({
        limit: fc.constant(1000),
        delaySeconds: fc.nat(100),
        maxDelaySeconds: fc.integer({ min: 1, max: 1000 }),
      }),
      fc.nat(998),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (policy, before, random) => {
        const next = afterFailure(failure('retry'), before, policy, random);
        if (next.to !== 'PENDING') throw new Error(next.to);
        const full = Math.min(policy.maxDelaySeconds, policy.delaySeconds * 2 ** before);
        expect(next.delaySeconds).toBeLessThanOrEqual(full);
        expect(next.delaySeconds).toBeGreaterThanOrEqual(full / 2);
      },
    ),
  );
});

test('anything thrown is described with its causes', () => {
  const deep = new TypeError('fetch failed', { cause: new Error('connect', { cause: 'ECONNREFUSED' }) });
  expect(thrownFailure(deep)).toEqual({
    kind: 'retry',
    reason: 'TypeError: fetch failed\n  caused by connect\n  caused by ECONNREFUSED',
  });
  expect(thrownFailure('plain').reason).toBe('plain');
  expect(thrownFailure({ code: 7 }).reason).toBe('{ code: 7 }');
  expect(thrownFailure(undefined).reason).toBe('undefined');
  const circular = new Error('round');
  circular.cause = circular;
  expect(thrownFailure(circular).reason.split('\n')).toHaveLength(5);
});

test('a thrown value that resists its description is described all the same', () => {
  const symbolic = Object.assign(new Error('x'), { message: Symbol('s') });
  expect(thrownFailure(symbolic).reason).toBe('Symbol(s)');
  const boom = (): never => {
    throw new Error('boo');
  };
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const undescribed = 'The handler threw a value that cannot be described.';
  expect(thrownFailure(Object.defineProperty(new Error('x'), 'message', { get: boom })).reason).toBe(undescribed);
  expect(thrownFailure(Object.defineProperty(new Error('x'), 'cause', { get: boom })).reason).toBe('x');
  expect(thrownFailure(proxy).reason).toBe(undescribed);
});
