import { expect, test } from '@jest/globals';
import { bottleneckOf } from '../../../../migration/copy/job/index.js';
import { Spending } from '../../../../migration/copy/job/spending.js';

const sample = {
  bytes_per_second: 1,
  source_wait_ratio: 0.3,
  network_ratio: 0.25,
  target_wait_ratio: 0.25,
  limit_wait_ratio: 0.2,
  processor_ratio: 0.5,
};

test.each([
  ['source', {}],
  ['network', { network_ratio: 0.4 }],
  ['target', { target_wait_ratio: 0.4 }],
  ['limit', { limit_wait_ratio: 0.4 }],
  ['processor', { limit_wait_ratio: 0.4, processor_ratio: 0.95 }],
  [undefined, { source_wait_ratio: 0, network_ratio: 0, target_wait_ratio: 0, limit_wait_ratio: 0 }],
] as const)('the bottleneck is %s', (bottleneck, given) => {
  expect(bottleneckOf({ ...sample, ...given })).toBe(bottleneck);
});

test('a sample is made after 5 s and then every 30 s, of what came since', () => {
  let now = 0;
  const spending = new Spending(() => now);
  now = 4999;
  expect(spending.sample(10)).toBeUndefined();
  now = 5000;
  spending.add('source', 3000);
  spending.add('target', 1000);
  expect(spending.sample(1000)).toMatchObject({
    bytes_per_second: 200,
    source_wait_ratio: 0.75,
    target_wait_ratio: 0.25,
    network_ratio: 0,
  });
  now += 29_999;
  expect(spending.sample(1500)).toBeUndefined();
  now += 1;
  expect(spending.sample(4000)).toMatchObject({ bytes_per_second: 100, source_wait_ratio: 0 });
});
