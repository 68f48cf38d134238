import { expect, test } from '@jest/globals';
import { TransientError } from '../../../waves/machines/index.js';
import { rateLimitedDns } from '../../../waves/services/rate-limited.js';
import { RateLimiter } from '../../../waves/services/rate-limiter.js';
import { FakeDns } from '../../support/fake-dns.js';

const key = { zone: 'acme.example', name: 'web.acme.example', type: 'A' } as const;

test('calls of a DNS service wait for their turn, and throttling slows them down', async () => {
  let now = 0;
  const limiter = new RateLimiter({
    callsPerSecond: 4,
    now: () => now,
    sleep: (ms) => {
      now += ms;
      return Promise.resolve();
    },
  });
  let isThrottled = false;
  const fake = new FakeDns({
    before: () => {
      if (isThrottled) throw new TransientError('Throttling');
    },
  });
  const dns = rateLimitedDns(fake, limiter);
  await dns.write(key, { ttl: 60, values: ['192.0.2.1'] }, new AbortController().signal);
  for (let call = 0; call < 8; call += 1) await dns.read(key, new AbortController().signal);
  expect(now).toBe(2000);
  isThrottled = true;
  await expect(dns.read(key, new AbortController().signal)).rejects.toThrow(TransientError);
  expect(limiter.rate).toBeLessThan(4);
});
