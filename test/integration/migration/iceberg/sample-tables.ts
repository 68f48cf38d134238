/** Tables with what goes wrong most often. Each is made by Trino, by statements in which `<t>` is the table. */
export interface SampleStatements {
  readonly name: string;
  readonly create: (place: { readonly location: string; readonly elsewhere: string }) => string;
  readonly statements: readonly string[];
}

/** Partition values that need escaping in a path, or look like one. */
export const oddValues = `'50% off', 'a b', '', NULL, 'ä/ö', '//x//', 'c=d&e#f?', '%2F', '..', 'city=x', 's3://looks/like a path'`;

const oddRows = `INSERT INTO <t> SELECT row_number() OVER (), city, DECIMAL '1.50', NULL FROM (VALUES ${oddValues}) v (city)`;

const columns = '(id BIGINT, city VARCHAR, amount DECIMAL(10,2), tags ARRAY(VARCHAR))';

const changes = [
  `INSERT INTO <t> VALUES (100, 'Berlin', 2.50, ARRAY['x', NULL]), (101, 'Berlin', 3.50, ARRAY[])`,
  oddRows,
  'DELETE FROM <t> WHERE id IN (1, 3)',
  'ALTER TABLE <t> ADD COLUMN note VARCHAR',
  `UPDATE <t> SET note = 'changed', amount = amount + 1 WHERE id > 5`,
  `MERGE INTO <t> t USING (VALUES (100, 'merged'), (200, 'new')) s (id, note) ON t.id = s.id
   WHEN MATCHED THEN UPDATE SET note = s.note
   WHEN NOT MATCHED THEN INSERT (id, note) VALUES (s.id, s.note)`,
  'ALTER TABLE <t> RENAME COLUMN tags TO labels',
  `INSERT INTO <t> VALUES (300, 'Köln', NULL, ARRAY['y'], 'after the rename')`,
  'ANALYZE <t>',
];

export const withEqualityDeletes = 'equality_deletes';

export const sampleTables: readonly SampleStatements[] = [
  {
    name: 'v1_parquet',
    create: ({ location }) =>
      `CREATE TABLE <t> ${columns} WITH (format_version = 1, partitioning = ARRAY['city'], location = '${location}')`,
    statements: [
      `INSERT INTO <t> VALUES (100, 'Berlin', 2.50, ARRAY['x', NULL])`,
      oddRows,
      `DELETE FROM <t> WHERE city = 'Berlin'`,
      'ALTER TABLE <t> ADD COLUMN note VARCHAR',
      `INSERT INTO <t> VALUES (300, 'Köln', NULL, ARRAY['y'], 'n')`,
      'ANALYZE <t>',
    ],
  },
  {
    name: 'v2_parquet',
    create: ({ location }) =>
      `CREATE TABLE <t> ${columns} WITH (format_version = 2, partitioning = ARRAY['city'], location = '${location}')`,
    statements: [
      ...changes,
      `ALTER TABLE <t> SET PROPERTIES partitioning = ARRAY['bucket(id, 4)', 'truncate(city, 2)']`,
      `INSERT INTO <t> VALUES (400, 'Bonn', NULL, NULL, 'after the new partitions')`,
      'DELETE FROM <t> WHERE id IN (2, 400, 300)',
    ],
  },
  {
    name: 'v2_avro',
    create: ({ location }) => `CREATE TABLE <t> ${columns} WITH (format = 'AVRO', location = '${location}')`,
    statements: changes,
  },
  {
    name: 'v2_orc',
    create: ({ location }) => `CREATE TABLE <t> ${columns} WITH (format = 'ORC', location = '${location}')`,
    statements: changes.slice(0, 5),
  },
  {
    // Data files lie in another bucket than the table.
    name: 'two_buckets',
    create: ({ location, elsewhere }) =>
      `CREATE TABLE <t> ${columns} WITH (object_store_layout_enabled = true, data_location = '${elsewhere}', location = '${location}')`,
    statements: changes.slice(0, 5),
  },
  {
    name: 'compacted',
    create: ({ location }) => `CREATE TABLE <t> ${columns} WITH (location = '${location}', max_commit_retry = 2)`,
    statements: [
      ...changes.slice(0, 3),
      'ALTER TABLE <t> EXECUTE optimize',
      `INSERT INTO <t> VALUES (1, 'x', 1, NULL)`,
    ],
  },
  {
    // Its newest snapshot, a branch and a tag are made by hand.
    name: withEqualityDeletes,
    create: ({ location }) => `CREATE TABLE <t> (id BIGINT, city VARCHAR) WITH (location = '${location}')`,
    statements: [
      `INSERT INTO <t> VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')`,
      'DELETE FROM <t> WHERE id = 1',
      `INSERT INTO <t> VALUES (5, 'e')`,
    ],
  },
  {
    name: 'empty',
    create: ({ location }) => `CREATE TABLE <t> ${columns} WITH (location = '${location}')`,
    statements: [],
  },
];
