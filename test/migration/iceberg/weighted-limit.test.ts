import { expect, test } from '@jest/globals';
import { WeightedLimit } from '../../../migration/iceberg/rewrite/weighted-limit.js';

/** Runs work of these sizes, and returns the sizes that ran side by side, each time one began. */
async function sideBySide(limit: WeightedLimit, sizes: readonly number[]): Promise<readonly (readonly number[])[]> {
  const running: number[] = [];
  const seen: (readonly number[])[] = [];
  await Promise.all(
    sizes.map((size) =>
      limit.run(size, async () => {
        running.push(size);
        seen.push([...running]);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running.splice(running.indexOf(size), 1);
      }),
    ),
  );
  return seen;
}

test('up to so many tasks', async () => {
  const seen = await sideBySide(new WeightedLimit(2, 100), [1, 2, 3, 4, 5]);
  expect(Math.max(...seen.map(({ length }) => length))).toBe(2);
});

test('up to so many bytes; what is larger runs alone, and nothing overtakes it', async () => {
  const seen = await sideBySide(new WeightedLimit(9, 10), [4, 5, 99, 1, 9]);
  expect(seen).toEqual([[4], [4, 5], [99], [1], [1, 9]]);
});

test('what fails makes room', async () => {
  const limit = new WeightedLimit(1, 10);
  await expect(limit.run(99, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await limit.run(1, () => Promise.resolve('yes'))).toBe('yes');
});
