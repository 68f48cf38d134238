import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { relationNamesIn, singleQueryIn } from '../../registration/relation-names.js';

test.each<[string, string[]]>([
  ['SELECT 1', []],
  ['SELECT * FROM orders', ['orders']],
  ['select * from Sales.Orders o join "sales"."customers" AS c on o.id = c.id', ['sales.orders', 'sales.customers']],
  ['SELECT a.x, b.y FROM a, b, c WHERE a.x IN (1, 2)', ['a', 'b', 'c']],
  ['SELECT * FROM awsdatacatalog.sales.orders', ['awsdatacatalog.sales.orders']],
  ['SELECT * FROM (SELECT x, y FROM inner_table) t, other', ['inner_table', 'other']],
  ['SELECT * FROM (a JOIN b ON a.x = b.x)', ['a', 'b']],
  [
    'WITH c AS (SELECT * FROM base), d (x, y) AS (SELECT 1, 2) SELECT * FROM c JOIN d ON true JOIN e ON true',
    ['base', 'e'],
  ],
  ['WITH orders AS (SELECT * FROM orders) SELECT * FROM orders', ['orders']],
  ['SELECT * FROM (WITH x AS (SELECT 1) SELECT * FROM x) JOIN x ON true', ['x']],
  ['TABLE orders', ['orders']],
  ['SELECT extract(year FROM day), trim(BOTH FROM name) FROM t', ['t']],
  ['SELECT * FROM t WHERE a IS NOT DISTINCT FROM b', ['t']],
  ["SELECT 'FROM nowhere' AS x FROM t -- FROM comment\n/* JOIN block */ WHERE y = 'it''s FROM z'", ['t']],
  ['SELECT * FROM t CROSS JOIN UNNEST(t.tags) AS u (tag), v', ['t', 'v']],
  ['SELECT * FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.id = t.id) UNION ALL SELECT * FROM v', ['t', 'u', 'v']],
  ['SELECT (SELECT max(x) FROM m) FROM t LEFT JOIN LATERAL (SELECT * FROM l) ON true', ['m', 't', 'l']],
  ['SELECT a, count(*) FROM t GROUP BY a, b ORDER BY a, b', ['t']],
  ['SELECT * FROM TABLE(sequence(1, 5))', []],
  ["SELECT * FROM (VALUES (1, DATE '2020-01-01'), (DATE '2020-01-02', 2)) AS x (a, b)", []],
  ["SELECT * FROM (VALUES 'a', NULL) AS y (c), t", ['t']],
  ['SELECT * FROM (VALUES true, current_date, (SELECT max(x) FROM m)) AS y (c) JOIN t ON true', ['m', 't']],
  ['SELECT * FROM t UNION ALL VALUES (1, 2), (null, 3)', ['t']],
  [
    'WITH RECURSIVE r (n) AS (SELECT n FROM seed UNION ALL SELECT n + 1 FROM r JOIN (SELECT * FROM r) s ON true) SELECT * FROM r',
    ['seed'],
  ],
  ['SELECT * FROM (WITH RECURSIVE r AS (SELECT * FROM r) SELECT * FROM r), r', ['r']],
  ['SELECT sum(id) OVER w FROM x WINDOW w AS (PARTITION BY id) UNION ALL SELECT id FROM w', ['x', 'w']],
  [
    'WITH a AS (SELECT 1) SELECT sum(id) OVER w FROM UNNEST(x) WITH ORDINALITY AS u (b, c) WINDOW w AS (ORDER BY b) UNION SELECT * FROM w, a',
    ['w'],
  ],
  ['SELECT 1 -- one\rFROM t', ['t']],
  ['SELECT * FROM "odd.name"."with ""quotes"""', ['odd.name.with "quotes"']],
])('%s reads %j', (sql, expected) => {
  const names = relationNamesIn(sql);
  expect(names.map(({ parts }) => parts.join('.'))).toEqual(expected);
});

test('says where a name stands and whether it has an alias', () => {
  const sql = 'SELECT * FROM sales.orders o JOIN "customers" ON true';
  expect(relationNamesIn(sql).map(({ start, end, isAliased }) => [sql.slice(start, end), isAliased])).toEqual([
    ['sales.orders', true],
    ['"customers"', false],
  ]);
});

test.each<[string, string | undefined]>([
  ['SELECT 1', 'SELECT 1'],
  [' SELECT 1 ; ;\n', 'SELECT 1'],
  ['SELECT 1; -- done', 'SELECT 1'],
  ["SELECT ';'; /* all; of it */ -- done;\n", "SELECT ';'"],
  ['SELECT 1 -- one', 'SELECT 1 -- one'],
  ["-- why\nWITH a AS (SELECT ';') SELECT * FROM a", "-- why\nWITH a AS (SELECT ';') SELECT * FROM a"],
  ['(SELECT 1)', '(SELECT 1)'],
  ['', undefined],
  [';', undefined],
  ['DROP TABLE x', undefined],
  ['SELECT 1; DROP TABLE x', undefined],
  ["SELECT 1; 'x'", undefined],
])('the query in %j is %j', (sql, expected) => {
  expect(singleQueryIn(sql)).toBe(expected);
});

test('a name with a version of its own takes no alias after it', () => {
  expect(relationNamesIn('SELECT * FROM t FOR VERSION AS OF 5')).toMatchObject([{ isAliased: true }]);
});

test('no text makes it throw', () => {
  const soup = fc
    .array(
      fc.constantFrom('SELECT', 'FROM', 'JOIN', '(', ')', ',', '.', 'a', '"', "'", '--', '/*', 'WITH', 'AS', ' ', '\n'),
    )
    .map((parts) => parts.join(' '));
  fc.assert(
    fc.property(fc.oneof(soup, fc.string({ unit: 'binary' })), (sql) => Array.isArray(relationNamesIn(sql))),
    { numRuns: 3000 },
  );
});
