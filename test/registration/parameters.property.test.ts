import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { outcomesOf } from '../support/glue-outcomes.js';
import type { GlueTable } from '../support/glue-outcomes.js';
import { parquetDescriptor } from '../support/glue-catalogs.js';
import type { GlueJson } from '../support/glue-stub.js';

const libraries = [
  ['org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe', null],
  ['org.apache.hadoop.hive.ql.io.orc.OrcSerde', null],
  ['org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe', null],
  ['org.apache.hadoop.hive.serde2.OpenCSVSerde', null],
  ['org.openx.data.jsonserde.JsonSerDe', null],
  ['org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe', 'spark'],
  ['', 'iceberg'],
  ['', 'view'],
] as const;

const places = [
  'table',
  'serde',
  'descriptor',
  'column',
  'key',
  'partition',
  'partition serde',
  'partition column',
] as const;

/** Names that people make up, and some that look like known ones. */
const names = fc
  .tuple(
    fc.constantFrom(
      'x.',
      'acme_',
      'serialization.',
      'skip.header.',
      'orc.column.',
      'spark.',
      'Skip.',
      'timestamp.',
      'q-',
    ),
    fc.stringMatching(/^[a-z]{1,6}(\.[a-z]{1,4})?$/),
  )
  .map(([prefix, rest]) => `${prefix}zz${rest}`);

const planted = fc.record({
  kind: fc.constantFrom(...libraries),
  name: names,
  value: fc.constantFrom('1', 'true', '', 'ä'),
  place: fc.constantFrom(...places),
});

type Planted = typeof planted extends fc.Arbitrary<infer T> ? T : never;

function tableWith({ kind: [library, special], name, value, place }: Planted, index: number): GlueTable {
  const own = (where: (typeof places)[number]): GlueJson => (place === where ? { [name]: value } : {});
  const location = `s3://lake/d/t${index}/`;
  const columns = (where: 'column' | 'partition column'): readonly GlueJson[] => [
    { Name: 'id', Type: 'string', Parameters: own(where) },
  ];
  const serde = (where: 'serde' | 'partition serde'): GlueJson => ({
    SerializationLibrary: library,
    Parameters: own(where),
  });
  const isSpark = special === 'spark';
  const table: GlueJson = {
    TableType: special === 'view' ? 'VIRTUAL_VIEW' : 'EXTERNAL_TABLE',
    Parameters: {
      ...own('table'),
      ...(isSpark && {
        'spark.sql.sources.provider': 'json',
        'spark.sql.sources.schema': '{"fields":[{"name":"id","type":"string"}]}',
      }),
      ...(special === 'iceberg' && { table_type: 'ICEBERG', metadata_location: `${location}metadata/1.metadata.json` }),
    },
    ...(special === 'view' && { ViewOriginalText: view }),
    PartitionKeys: special === null ? [{ Name: 'dt', Type: 'string', Parameters: own('key') }] : [],
    StorageDescriptor: {
      ...parquetDescriptor(location, columns('column')),
      InputFormat: isSpark
        ? 'org.apache.hadoop.mapred.SequenceFileInputFormat'
        : 'org.apache.hadoop.mapred.TextInputFormat',
      SerdeInfo: serde('serde'),
      Parameters: own('descriptor'),
    },
  };
  const partition = {
    Values: ['1'],
    Parameters: own('partition'),
    StorageDescriptor: {
      ...parquetDescriptor(`${location}dt=1/`, columns('partition column')),
      InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
      SerdeInfo: serde('partition serde'),
    },
  };
  return { name: `t${index}`, table, partitions: special === null ? [partition] : [] };
}

const view = `/* Presto View: ${Buffer.from(JSON.stringify({ originalSql: 'SELECT 1 AS id', catalog: 'awsdatacatalog', schema: 'd', columns: [] })).toString('base64')} */`;

/** Where such a table has such a place. */
function isThere({ kind: [, special], place }: Planted): boolean {
  if (special === null) return true;
  if (special === 'spark') return place === 'table' || place === 'serde' || place === 'descriptor';
  return ['table', 'serde', 'descriptor', 'column'].includes(place);
}

test('a parameter that nobody knows is named in a remark, wherever it stands', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(planted.filter(isThere), { minLength: 20, maxLength: 60 }), async (drawn) => {
      const outcomes = await outcomesOf(drawn.map(tableWith));
      for (const [index, { name, place, kind }] of drawn.entries()) {
        const found = outcomes.get(`t${index}`);
        const said = [found?.blocked ?? '', ...(found?.remarks ?? []).map(({ text }) => text)].join('\n');
        expect({ name, place, kind, said, isNamed: said.includes(name) }).toMatchObject({ isNamed: true });
      }
    }),
    { numRuns: 8 },
  );
}, 120_000);
