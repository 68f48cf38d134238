import fc from 'fast-check';
import type { AssessedTable, SerDe, Trait } from '../../assessments/index.js';
import { table } from './assessment-builder.js';

const names = ['t', 'Orders', 'web-logs', 'a.b', 'größe', '"q"', 'x__a2o_raw', 'y'.repeat(125), 'z'.repeat(200), 'v1'];

const types = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('int', 'string', 'decimal(9,2)', 'date', 'timestamp', 'char(3)') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('array<struct<a:int,b:map<string,binary>>>', 'struct<größe:double>', 'binary', 'json'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'uniontype<int,string>',
      'struct<job-name:int>',
      'uuid',
      'array<time>',
      'timestamp with time zone',
      'struct<a:int,A:int>',
      'array<int',
      '',
    ),
  },
);

const columns = (prefix: string, maxLength: number): fc.Arbitrary<AssessedTable['columns']> =>
  fc
    .array(fc.tuple(fc.constantFrom(prefix, `${prefix}2`, `${prefix}3`, prefix.toUpperCase(), ''), types), {
      maxLength,
    })
    .chain((drawn) =>
      fc
        .boolean()
        .map((isTidy) => drawn.map(([name, type], index) => ({ name: isTidy ? `${prefix}${index}` : name, type }))),
    );

const serdes: fc.Arbitrary<SerDe | null> = fc.option(
  fc.record({
    library: fc.option(
      fc.constantFrom(
        'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
        'org.apache.hadoop.hive.ql.io.orc.OrcSerde',
        'org.apache.hadoop.hive.serde2.OpenCSVSerde',
        'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
        'org.apache.hadoop.hive.serde2.RegexSerDe',
        'org.apache.hadoop.hive.serde2.avro.AvroSerDe',
        'org.apache.hive.hcatalog.data.JsonSerDe',
        'org.openx.data.jsonserde.JsonSerDe',
        'com.acme.OwnSerDe',
      ),
    ),
    inputFormat: fc.constant(null),
    outputFormat: fc.constant(null),
    parameters: fc.dictionary(
      fc.constantFrom(
        'field.delim',
        'serialization.format',
        'separatorChar',
        'quoteChar',
        'input.regex',
        'escape.delim',
      ),
      fc.constantFrom(',', '\\t', '\\001', '1', '||', '', "'", '([^ ]*)'),
    ),
    compressed: fc.boolean(),
    bucketColumns: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.constantFrom(['c0'], ['nowhere'])),
    numberOfBuckets: fc.constantFrom(0, 8),
  }),
  { freq: 8 },
);

const locations = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('s3://lake/t/', 's3://lake/t', 's3a://lake/a/b', 's3n://raw/x/') },
  fc.constantFrom(null, '', 's3://lake', 's3://lake/', 's3://lake/a//b', 'hdfs://nn/t', 'stream', 's3://Bad_Bucket/t'),
);

const projections = fc.option(
  fc.record(
    {
      'projection.k0.type': fc.constantFrom('date', 'integer', 'injected'),
      'projection.k0.interval.unit': fc.constantFrom('DAYS', 'months', 'hours'),
      'storage.location.template': fc.constantFrom('s3://lake/t/${k0}', 's3://other/${k0}', 'hdfs://nn/${k0}'),
    },
    { requiredKeys: ['projection.k0.type'] },
  ),
  { freq: 4 },
);

const metadataLocations = fc.constantFrom(
  null,
  's3://lake/t/metadata/1.metadata.json',
  's3a://lake/t/metadata/2.metadata.json',
  's3://lake/t/1.metadata.json',
  's3://lake/elsewhere/metadata/1.metadata.json',
  's3://lake/t/metadata/deep/1.metadata.json',
);

const views: fc.Arbitrary<AssessedTable['view']> = fc.record({
  dialect: fc.oneof({ weight: 5, arbitrary: fc.constant('presto' as const) }, fc.constantFrom('hive', 'spark')),
  sql: fc.oneof(
    fc.constantFrom(
      null,
      'SELECT 1 AS one',
      'SELECT "$path" FROM t',
      'SELECT * FROM "t$partitions"',
      'SELECT 1; DROP TABLE t',
      'DROP TABLE t',
      'SELECT * FROM mysql.shop.orders',
    ),
    fc
      .array(fc.constantFrom('t', 'orders', 'v1', 'd."web-logs"', 'awsdatacatalog.d.t', 'e.t', 'gone'), {
        minLength: 1,
        maxLength: 3,
      })
      .map((read) => `SELECT * FROM ${read.join(', ')};`),
  ),
  catalog: fc.constantFrom(null, 'awsdatacatalog', 'hive'),
  schema: fc.constantFrom(null, 'd', 'e'),
});

const links: fc.Arbitrary<NonNullable<AssessedTable['link']>> = fc
  .record({
    state: fc.constantFrom('resolved' as const, 'resolved' as const, 'missing' as const, 'cross-account' as const),
    targetTable: fc.constantFrom('t', 'Orders', 'v1', 'gone'),
  })
  .map(({ state, targetTable }) => ({
    targetCatalog: null,
    targetDatabase: 'd',
    targetTable,
    state,
    resolvedTo: state === 'resolved' ? `d.${targetTable}` : null,
  }));

/** What may be odd about a table, each at its own. */
const oddities = {
  location: locations,
  serde: serdes,
  columns: columns('c', 4),
  partitionKeys: columns('k', 2),
  partitions: fc.record({
    count: fc.option(fc.nat(20)),
    byFormat: fc.constant({}),
    otherBuckets: fc.constantFrom([], ['raw'], ['other']),
    outsideTableLocation: fc.constant(0),
    irregularFolders: fc.constantFrom(0, 2),
    differing: fc.constantFrom(0, 1),
  }),
  projection: projections,
  traits: fc.subarray<Trait>(['custom-serde', 'grok-serde', 'ion-serde', 'encrypted'], { maxLength: 1 }),
} as const;

/** One table as Glue may have it: most of it in order, here and there what no target can hold. */
const wildTable: fc.Arbitrary<AssessedTable> = fc
  .record({
    database: fc.constantFrom('d', 'd', 'e', 'a2o_staging_x'),
    name: fc.oneof(fc.constantFrom('t', 'v1', 'u'), fc.constantFrom(...names)),
    kind: fc.constantFrom('files', 'files', 'files', 'iceberg', 'view', 'link'),
    format: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('PARQUET', 'ORC', 'CSV', 'JSON', 'TEXT', 'AVRO') },
      fc.constantFrom('DELTA', 'HUDI', 'UNKNOWN'),
    ),
    odd: fc.record(oddities),
    oddIn: fc.subarray(Object.keys(oddities) as (keyof typeof oddities)[], { maxLength: 3 }),
    iceberg: fc.record({
      location: fc.constantFrom('s3://lake/t/', 's3a://lake/t'),
      metadataLocation: metadataLocations,
    }),
    view: views,
    link: links,
  })
  .map(({ database, name, kind, format, view, link, iceberg, odd, oddIn }) => {
    const changes = Object.fromEntries(oddIn.map((key) => [key, odd[key]]));
    const more: Partial<AssessedTable> =
      kind === 'files'
        ? { format, ...changes }
        : kind === 'iceberg'
          ? { format: 'ICEBERG', location: iceberg.location, iceberg, ...changes }
          : kind === 'view'
            ? { format: 'VIEW', view, location: null }
            : { format: 'RESOURCE_LINK', link, location: null };
    const tidy = table('x.y', { ...(more.format !== undefined && { format: more.format }) });
    return { ...tidy, ...more, database, name, description: name };
  });

/** Tables of some databases, with distinct names. */
export const wildTables: fc.Arbitrary<readonly AssessedTable[]> = fc.uniqueArray(wildTable, {
  minLength: 1,
  maxLength: 12,
  selector: ({ database, name }) => JSON.stringify([database, name]),
});
