import { expect, test } from '@jest/globals';
import { moveLake } from '../../support/wave-lake.js';

test('calls stay below the quota', async () => {
  const moved = await moveLake({ machines: 100, waves: 5, callsPerSecond: 20, granted: 20 });
  expect(moved).toMatchObject({ finalized: 100, throttled: 0, problems: [] });
  expect(moved.mostPerSecond).toBeLessThanOrEqual(20);
});

test('where only half of the quota is granted, everything arrives, and few calls are throttled', async () => {
  const moved = await moveLake({ machines: 100, waves: 5, callsPerSecond: 20, granted: 10 });
  expect(moved).toMatchObject({ finalized: 100, problems: [] });
  expect(moved.throttled).toBeGreaterThan(0);
  expect(moved.throttled / moved.calls).toBeLessThan(0.1);
});
