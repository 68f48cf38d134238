import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readViewQuery } from '../../registration/view-query.js';
import type { ViewQuery } from '../../registration/view-query.js';

const names = { catalogs: ['awsdatacatalog'], schema: 'sales' };

function queryOf(sql: string): ViewQuery {
  const query = readViewQuery(sql, names);
  if (!query.ok) throw new Error(query.error);
  return query.value;
}

const relationsOf = (sql: string): readonly string[] =>
  queryOf(sql)
    .relations.toSorted((a, b) => a.start - b.start)
    .map(({ parts }) => parts.join('.'));

test.each<[string, string[]]>([
  ['SELECT 1 AS x', []],
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
  ['WITH "X" AS (SELECT 1 AS a), y AS (SELECT * FROM X) SELECT * FROM "Y", sales.x', ['sales.x']],
  ['SELECT * FROM (WITH x AS (SELECT 1 AS a) SELECT * FROM x) JOIN x ON true', ['x']],
  ['WITH a AS (SELECT * FROM t) SELECT * FROM (WITH b AS (SELECT * FROM a) SELECT * FROM b, a)', ['t']],
  ['WITH a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM b', ['b']],
  ['WITH a AS (SELECT 1 AS x) SELECT x FROM a WHERE EXISTS (SELECT 1 FROM a, c WHERE x IN (TABLE a))', ['c']],
  ['TABLE orders', ['orders']],
  ['(SELECT a FROM x) UNION (TABLE y)', ['x', 'y']],
  ['SELECT extract(year FROM day) AS y, trim(BOTH FROM name) AS n FROM t', ['t']],
  ['SELECT * FROM t WHERE a IS NOT DISTINCT FROM b', ['t']],
  ["SELECT 'FROM nowhere' AS x FROM t -- FROM comment\n/* JOIN block */ WHERE y = 'it''s FROM z'", ['t']],
  ['SELECT * FROM t CROSS JOIN UNNEST(t.tags) WITH ORDINALITY AS u (tag, n), v', ['t', 'v']],
  ['SELECT * FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.id = t.id) UNION ALL SELECT * FROM v', ['t', 'u', 'v']],
  ['SELECT (SELECT max(x) FROM m) AS x FROM t LEFT JOIN LATERAL (SELECT * FROM l) ON true', ['m', 't', 'l']],
  ['SELECT * FROM TABLE(sequence(1, 5))', []],
  ['SELECT * FROM TABLE(exclude_columns(TABLE(sales.orders), DESCRIPTOR(id)))', ['sales.orders']],
  ["SELECT * FROM (VALUES (1, DATE '2020-01-01'), (2, (SELECT max(day) FROM m))) AS x (a, b)", ['m']],
  [
    'WITH RECURSIVE r (n) AS (SELECT n FROM seed UNION ALL SELECT n + 1 FROM r JOIN (SELECT * FROM R) s ON true) SELECT * FROM r',
    ['seed'],
  ],
  ['SELECT sum(id) OVER w AS s FROM x WINDOW w AS (PARTITION BY id) UNION ALL SELECT id FROM w', ['x', 'w']],
  ['SELECT * FROM t MATCH_RECOGNIZE (ORDER BY id MEASURES A.id AS x PATTERN (A+) DEFINE A AS id > 1) m, n', ['t', 'n']],
  ["SELECT * FROM t, JSON_TABLE(t.j, 'lax $' COLUMNS (a int PATH 'lax $.a')) AS jt", ['t']],
  ['SELECT transform(xs, x -> x + 1) AS ys FROM t FOR VERSION AS OF 5 TABLESAMPLE BERNOULLI (10)', ['t']],
  ['SELECT * FROM "odd.name"."with ""quotes"""', ['odd.name.with "quotes"']],
  ['SELECT \'😀\' AS smile FROM "größe"', ['größe']],
])('%s reads %j', (sql, expected) => {
  expect(relationsOf(sql)).toEqual(expected);
});

test('columns with schema and table before them are found in every scope', () => {
  const sql =
    'SELECT sales.orders.id, o.x, awsdatacatalog.sales.orders.info.city FROM orders, t AS o ' +
    "WHERE '😀' IN (SELECT c.y FROM c WHERE sales.orders.z = c.z AND sales.o.w = 1) ORDER BY sales.orders.id";
  const { qualifiedColumns, relations } = queryOf(sql);
  expect(
    qualifiedColumns.map(({ relation, start, end }) => [sql.slice(start, end), relations[relation]?.parts.join('.')]),
  ).toEqual([
    ['sales.orders', 'orders'],
    ['awsdatacatalog.sales.orders', 'orders'],
    ['sales.orders', 'orders'],
    ['sales.orders', 'orders'],
  ]);
});

test.each<[string, string]>([
  ['', 'its SQL is empty'],
  [';', 'its SQL is empty'],
  ['-- nothing', 'its SQL is empty'],
  ['DROP TABLE x', 'is not a query: it begins with DROP'],
  ['SELECT 1 AS x; DROP TABLE x', 'more than one statement'],
  ["SELECT 1 AS x; 'x'", 'more than one statement'],
  ['SELECT a\nFROM t WHERE WHERE', 'cannot parse its SQL: it goes wrong at line 2, column 14, at WHERE'],
  ['SELECT a FROM', 'it goes wrong before its end'],
  ["SELECT a FROM t FOR SYSTEM_TIME AS OF TIMESTAMP '2020-01-01 00:00:00'", 'at SYSTEM_TIME'],
  ['SELECT `a` FROM t', 'a name in backquotes'],
  ['SELECT a FROM 2020_events', 'begins with a digit'],
  ['SELECT 1 AS ""', 'an empty name'],
  ['SELECT # FROM t', 'a character that is not part of Trino SQL'],
  ["USING EXTERNAL FUNCTION f(x INT) RETURNS INT LAMBDA 'f' SELECT f(1) AS x", 'calls a Lambda function'],
  ['WITH FUNCTION f(x int) RETURNS int RETURN x SELECT f(1) AS x', 'defines functions'],
  ['WITH SESSION a.b = 1 SELECT 1 AS x', 'sets session properties'],
  ['SELECT ? AS x', 'a parameter (?)'],
  ['WITH RECURSIVE r AS (SELECT 1 AS x) SELECT * FROM r', "gives 'r' no list of columns"],
  ['SELECT count(*) FROM t', 'its column 1 has no name'],
  ['SELECT id FROM t UNION SELECT 1', 'no reason'], // the first SELECT names the columns
  ['VALUES 1', 'its columns have no names'],
  ['SELECT o.id, "ID" FROM t o', "two columns named 'id'"],
  ['SELECT nvl(a, 1) AS a FROM t', 'it calls nvl(), which is not a function of Trino 476'],
  ['SELECT lake.tools.double_it(a) AS a FROM t', 'it calls lake.tools.double_it()'],
  ["SELECT * FROM TABLE(mysql.system.query(query => 'SELECT 1'))", 'it calls mysql.system.query()'],
  ['SELECT cast(a AS string) AS a FROM t', 'the type string'],
  ['SELECT cast(a AS row(b array(float))) AS a FROM t', 'the type float'],
  ['SELECT * FROM a.b.c.d', 'a name with too many dots'],
])('%s: %s', (sql, reason) => {
  const query = readViewQuery(sql, names);
  expect(query.ok ? 'no reason' : query.error).toContain(reason);
});

test.each<[string, string]>([
  ['20,000 parentheses', `SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)} AS x`],
  ['parentheses that never close', `SELECT ${'('.repeat(20_000)}`],
  ['20,000 lambdas', `SELECT ${'x -> '.repeat(20_000)}1 AS x`],
  ['20,000 signs', `SELECT ${'- '.repeat(20_000)}1 AS x`],
  ['20,000 terms', `SELECT ${'1 + '.repeat(20_000)}1 AS x`],
  ['2,000 unions', `${'SELECT 1 AS x UNION ALL '.repeat(2_000)}SELECT 1 AS x`],
])('%s nest too deeply', (_what, sql) => {
  expect(readViewQuery(sql, names)).toEqual({ ok: false, error: expect.stringContaining('nests too deeply') });
});

test('a text of 8 MB is longer than Trino takes', () => {
  expect(readViewQuery(`SELECT '${'x'.repeat(8_000_000)}' AS x`, names)).toEqual({
    ok: false,
    error: 'its statement has 8,000,014 characters; Trino takes 1,000,000 (query.max-length)',
  });
});

test('long lists are not deep', () => {
  expect(queryOf(`SELECT 1 AS x FROM t WHERE ${'a = 1 OR '.repeat(5_000)}a = 2`).relations).toHaveLength(1);
  expect(queryOf(`SELECT 1 AS x FROM t WHERE a IN (${'1, '.repeat(5_000)}2)`).relations).toHaveLength(1);
});

test.each([
  [' SELECT 1 AS x ; ;\n', 'SELECT 1 AS x'],
  ["-- why\nSELECT ';' AS x; /* all; of it */ -- done;\n", "-- why\nSELECT ';' AS x"],
  ['SELECT 1 AS x -- one', 'SELECT 1 AS x'],
])('%j becomes %j', (text, sql) => {
  expect(queryOf(text).sql.trim()).toBe(sql);
});

test('no text makes it throw', () => {
  const soup = fc
    .array(
      fc.constantFrom(
        ...['SELECT', 'FROM', 'JOIN', '(', ')', ',', '.', 'a', '"', "'", '--', '/*', 'WITH', 'AS', ' ', '\n', 'x', '1'],
      ),
    )
    .map((parts) => parts.join(' '));
  fc.assert(
    fc.property(
      fc.oneof(soup, fc.string({ unit: 'binary' })),
      (sql) => typeof readViewQuery(sql, names).ok === 'boolean',
    ),
    { numRuns: 1000 },
  );
});
