import { expect, test } from '@jest/globals';
import { batchesOf } from '../../../../migration/copy/datasync/batches.js';
import { collect } from '../../../support/copy-stores.js';

const never = new AbortController().signal;

test('a group ends when it is full', async () => {
  const groups = await collect(batchesOf([1, 2, 3, 4, 5], { most: 2, idleMs: 60_000, signal: never }));
  expect(groups).toEqual([[1, 2], [3, 4], [5]]);
});

test('a group ends when nothing comes, so that who waits for its outcomes goes on', async () => {
  let goOn = (): void => undefined;
  const outcomes = new Promise<void>((resolve) => (goOn = resolve));
  async function* items(): AsyncGenerator<number> {
    yield 1;
    yield 2;
    await outcomes;
    yield 3;
  }
  const groups: (readonly number[])[] = [];
  for await (const group of batchesOf(items(), { most: 10, idleMs: 5, signal: never })) {
    groups.push(group);
    goOn();
  }
  expect(groups).toEqual([[1, 2], [3]]);
});

test('after the signal nothing is taken, and what was taken is in a group', async () => {
  const stop = new AbortController();
  const given: number[] = [];
  async function* items(): AsyncGenerator<number> {
    for (let number = 1; number <= 10; number += 1) {
      if (number === 4) stop.abort();
      given.push(number);
      yield number;
      await Promise.resolve();
    }
  }
  const groups = await collect(batchesOf(items(), { most: 100, idleMs: 60_000, signal: stop.signal }));
  expect(groups.flat()).toEqual(given);
  expect(given).toEqual([1, 2, 3, 4]);
});

test('an error of the items comes after what came before it', async () => {
  function* items(): Generator<number> {
    yield 1;
    throw new Error('no more');
  }
  const groups: (readonly number[])[] = [];
  const reading = (async () => {
    for await (const group of batchesOf(items(), { most: 10, idleMs: 60_000, signal: never })) groups.push(group);
  })();
  await expect(reading).rejects.toThrow('no more');
  expect(groups).toEqual([[1]]);
});
