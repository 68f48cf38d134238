import { expect, test } from '@jest/globals';
import { suggestion } from '../../mappings/language/index.js';

test.each([
  ['orders', ['order', 'items'], 'order'],
  ['ORDERS', ['orders'], 'orders'],
  ['Y', ['x', 'y'], 'y'],
  ['ix', ['id'], 'id'],
  ['x', ['y'], undefined],
  ['amount', ['x', 'y'], undefined],
  ['orders', [], undefined],
])("for '%s', of %j", (found, allowed, meant) => {
  expect(suggestion(found, allowed)).toBe(meant === undefined ? undefined : `Did you mean '${meant}'?`);
});
