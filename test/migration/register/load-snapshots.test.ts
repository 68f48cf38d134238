import { expect, test } from '@jest/globals';
import { newestFirst } from '../../../migration/register/load-snapshots.js';

const snapshot = (id: string, parent: string | null) => ({ id, parent, rows: 1 });
const [first, second, third] = [snapshot('1', null), snapshot('2', '1'), snapshot('3', '2')];

test.each([
  ['by their times', [third, second, first], '321'],
  ['with the same time', [first, second, third], '321'],
  ['committed by a clock that is behind', [second, first, third], '321'],
  ['without an ancestor that has expired', [second, third], '32'],
  ['of a table that was replaced', [snapshot('9', null), third, first, second], '9321'],
])('snapshots %s follow one another, the newest first', (_, byTime, order) => {
  expect(
    newestFirst(byTime)
      .map(({ id }) => id)
      .join(''),
  ).toBe(order);
});
