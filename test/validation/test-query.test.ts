import { expect, test } from '@jest/globals';
import { readTestQueries } from '../../validation/queries/test-query.js';

test('a file of queries is read, one text for both sides or one for each', () => {
  const text = `queries:
  - { id: daily, sql: SELECT 1 AS a }
  - { id: top, source: SELECT 1 AS a, target: SELECT 2 AS a, totalOrder: true }`;
  expect(readTestQueries(text, 'q.yaml')).toEqual({
    ok: true,
    value: [
      { id: 'daily', source: 'SELECT 1 AS a', target: 'SELECT 1 AS a', isTotallyOrdered: false },
      { id: 'top', source: 'SELECT 1 AS a', target: 'SELECT 2 AS a', isTotallyOrdered: true },
    ],
  });
});

test.each([
  ['', 'it has no list of queries'],
  ['queries: []', 'it has no list of queries'],
  ['queries: [', 'q.yaml'],
  ['queries: [x]', 'a query must be a mapping'],
  ['queries: [{ sql: SELECT 1 }]', "'id' must be a text"],
  ['queries: [{ id: a }]', "needs 'sql', or 'source' and 'target'"],
  ['queries: [{ id: a, source: SELECT 1 }]', "needs 'sql', or 'source' and 'target'"],
  ['queries: [{ id: a, sql: SELECT 1, tolerance: 3 }]', "'tolerance' is not a key"],
  ['queries: [{ id: a, sql: SELECT 1, totalOrder: yes please }]', "'totalOrder' must be true or false"],
  ['queries: [{ id: a, sql: SELECT 1 }, { id: a, sql: SELECT 2 }]', "two queries have the id 'a'"],
])('%j: %s', (text, message) => {
  expect(readTestQueries(text, 'q.yaml')).toMatchObject({
    ok: false,
    error: [{ code: 'test-query-file', message: expect.stringContaining(message) }],
  });
});
