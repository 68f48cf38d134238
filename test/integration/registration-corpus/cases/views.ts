import type { CorpusCase, Expected, Place } from '../corpus-case.js';
import { glueTable, gluePartitions } from '../glue-table.js';
import type { Columns } from '../glue-table.js';

const columns: Columns = { id: 'int', v: 'string' };
const events: CorpusCase = {
  id: 'view_events',
  table: glueTable('parquet', { columns, keys: { dt: 'string' } }),
  partitions: gluePartitions('parquet', { columns }, [
    [['2024-01-01'], 'dt=2024-01-01'],
    [['2024-01-02'], 'dt=2024-01-02'],
  ]),
  files: ['a', 'b'].map((v, at) => ({
    key: `dt=2024-01-0${at + 1}/f`,
    kind: 'parquet',
    columns,
    rows: [[at + 1, v]],
  })),
  expected: {
    rows: [
      [1, 'a', '2024-01-01'],
      [2, 'b', '2024-01-02'],
    ],
  },
};

const encoded = (text: string): string => `/* Presto View: ${Buffer.from(text).toString('base64')} */`;

/** A view as Athena stores it; `SCHEMA` stands for the database. */
function view(
  id: string,
  sql: string,
  expected: Expected,
  catalog = 'awsdatacatalog',
  description?: string,
): CorpusCase {
  return {
    id: `view_${id}`,
    table: ({ database }: Place) => {
      const originalSql = sql.replaceAll('SCHEMA', database);
      return {
        TableType: 'VIRTUAL_VIEW',
        Description: description,
        Parameters: { presto_view: 'true', comment: 'Presto View' },
        ViewOriginalText: encoded(JSON.stringify({ originalSql, catalog, schema: database, columns: [] })),
        ViewExpandedText: '/* Presto View */',
        StorageDescriptor: { Columns: [{ Name: 'id', Type: 'int' }], SerdeInfo: {} },
      };
    },
    expected,
  };
}

export const viewCases: readonly CorpusCase[] = [
  events,
  view('plain', 'SELECT id FROM view_events', { rows: [[1], [2]] }),
  view('described', 'SELECT id FROM view_events', { rows: [[1], [2]] }, 'awsdatacatalog', `Who saw "what"; it's`),
  view('of_a_view', 'SELECT p.id FROM view_plain AS p WHERE p.id > 1;', { rows: [[2]] }),
  view('qualified', 'SELECT e.v FROM "awsdatacatalog"."SCHEMA"."view_events" e', { rows: [['a'], ['b']] }),
  view('by_table_name', 'SELECT view_events.id FROM SCHEMA.view_events', { rows: [[1], [2]] }),
  view('latest', 'SELECT id FROM view_events WHERE dt = (SELECT max(dt) FROM "SCHEMA"."view_events$partitions")', {
    rows: [[2]],
  }),
  view('of_trino', 'SELECT e.id FROM lake.SCHEMA.view_events e', { rows: [[1], [2]] }, 'lake'),
  view(
    'with_names',
    'WITH view_events AS (SELECT id FROM SCHEMA.view_events), x (n) AS (SELECT id FROM view_events) SELECT n FROM x',
    {
      rows: [[1], [2]],
    },
  ),
  view('recursive', 'WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT n FROM t', {
    rows: [[1], [2], [3]],
  }),
  view(
    'odd_syntax',
    "SELECT id, extract(day FROM date_parse(dt, '%Y-%m-%d')) d, trim(LEADING 'a' FROM v) w FROM view_events CROSS JOIN UNNEST(sequence(1, 1)) AS t (n)",
    {
      rows: [
        [1, 1, ''],
        [2, 2, 'b'],
      ],
    },
  ),
  view('of_nothing', 'SELECT * FROM gone', { blocked: /gone/ }),
  view('federated', 'SELECT * FROM "lambda:mysql"."crm"."people"', { blocked: /lambda:mysql/ }),
  {
    id: 'view_of_raw_text',
    table: () => ({
      TableType: 'VIRTUAL_VIEW',
      Parameters: { presto_view: 'true' },
      ViewOriginalText: encoded('SELECT id FROM view_events'),
      StorageDescriptor: { Columns: [{ Name: 'id', Type: 'int' }] },
    }),
    expected: { blocked: /decode/ },
  },
  {
    id: 'view_as_link',
    table: ({ database }) => ({
      TargetTable: { CatalogId: '123456789012', DatabaseName: database, Name: 'view_events' },
    }),
    expected: {
      rows: [
        [1, 'a', '2024-01-01'],
        [2, 'b', '2024-01-02'],
      ],
    },
  },
];
