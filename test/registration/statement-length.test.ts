import { beforeAll, expect, test } from '@jest/globals';
import { outcomesOf } from '../support/glue-outcomes.js';
import type { Outcome } from '../support/glue-outcomes.js';
import type { GlueJson } from '../support/glue-stub.js';

const openCsv = 'org.apache.hadoop.hive.serde2.OpenCSVSerde';
const lazy = 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe';

/** Names as long as Glue allows (255 characters). */
const wide = (library: string, columns: number, type: string): GlueJson => ({
  TableType: 'EXTERNAL_TABLE',
  Parameters: {},
  StorageDescriptor: {
    Columns: Array.from({ length: columns }, (_, at) => ({ Name: `c${at}`.padEnd(255, 'x'), Type: type })),
    Location: 's3://lake/d/t/',
    InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
    SerdeInfo: { SerializationLibrary: library, Parameters: {} },
  },
});

let outcomes: ReadonlyMap<string, Outcome>;
beforeAll(async () => {
  outcomes = await outcomesOf([
    { name: 'text', table: wide(lazy, 4_000, 'bigint') },
    { name: 'few', table: wide(lazy, 3_000, 'bigint') },
    // The view over the text names each column twice.
    { name: 'csv', table: wide(openCsv, 3_000, 'bigint') },
    { name: 'nested', table: wide(lazy, 700, `struct<${'f'.padEnd(900, 'a')}:int>`) },
  ]);
});

test.each(['text', 'csv'])('a statement that Trino would not take blocks the table: %s', (name) => {
  expect(outcomes.get(name)?.blocked).toMatch(
    /its statement has 1,\d{3},\d{3} characters; Trino takes 1,000,000 \(query\.max-length\)/,
  );
});

test.each(['few', 'nested'])('what Trino takes is mapped: %s', (name) => {
  expect(outcomes.get(name)).toMatchObject({ blocked: null });
  expect(outcomes.get(name)?.sql.length).toBeLessThan(1_000_000);
});
