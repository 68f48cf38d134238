import type { MappedTable } from '../../mappings/plan.js';
import { serde, table } from './plan-builder.js';

const openCsv = 'org.apache.hadoop.hive.serde2.OpenCSVSerde';
const lazySimple = 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe';
const openX = 'org.openx.data.jsonserde.JsonSerDe';
const partitioned = {
  count: 12,
  byFormat: {},
  otherBuckets: [],
  outsideTableLocation: 0,
  irregularFolders: 0,
  differing: 0,
};

/** One mapped table of every kind that is registered in its own way. */
export const registeredTables: readonly MappedTable[] = [
  table('logs.access', {
    source: {
      format: 'CSV',
      serde: serde(openCsv, { separatorChar: ';', quoteChar: "'", escapeChar: '\\' }),
      columns: [
        { name: 'at', type: 'timestamp' },
        { name: 'day', type: 'date' },
        { name: 'status', type: 'int' },
        { name: 'path', type: 'string', comment: "the client's path" },
        { name: 'raw', type: 'binary' },
      ],
      partitionKeys: [{ name: 'dt', type: 'date' }],
      partitions: partitioned,
      parameters: { 'skip.header.line.count': '1' },
    },
  }),
  table('logs.alb', {
    source: {
      format: 'TEXT',
      serde: serde('org.apache.hadoop.hive.serde2.RegexSerDe', { 'input.regex': '([^ ]*) "([^"]*)" (.*)' }),
      columns: [
        { name: 'type', type: 'string' },
        { name: 'request', type: 'string' },
        { name: 'rest', type: 'string' },
      ],
    },
  }),
  table('logs.events', {
    source: {
      format: 'JSON',
      serde: serde(openX, { 'ignore.malformed.json': 'true' }),
      columns: [{ name: 'detail', type: 'struct<kind:string,tags:array<map<string,double>>>' }],
      partitionKeys: [
        { name: 'region', type: 'string' },
        { name: 'dt', type: 'string' },
        { name: 'shard', type: 'int' },
      ],
      projection: {
        'projection.enabled': 'true',
        'projection.region.type': 'enum',
        'projection.region.values': 'eu-central-1, us-east-1',
        'projection.dt.type': 'date',
        'projection.dt.format': 'yyyy/MM/dd',
        'projection.dt.range': '2024/01/01,NOW',
        'projection.dt.interval': '1',
        'projection.dt.interval.unit': 'days',
        'projection.shard.type': 'integer',
        'projection.shard.range': '0,9',
        'projection.shard.digits': '2',
        'storage.location.template': 's3://raw/logs/events/${region}/${dt}/${shard}',
      },
    },
  }),
  table('logs.hive_json', {
    source: {
      format: 'JSON',
      serde: serde('org.apache.hive.hcatalog.data.JsonSerDe'),
      columns: [
        { name: 'id', type: 'bigint' },
        { name: 'amount', type: 'decimal(12,2)' },
        { name: 'at', type: 'timestamp' },
      ],
    },
  }),
  table('logs.tabs', {
    source: {
      format: 'TEXT',
      serde: serde(lazySimple, { 'field.delim': '\\t', 'serialization.null.format': '\\N', 'escape.delim': '\\' }),
      columns: [
        { name: 'id', type: 'tinyint' },
        { name: 'code', type: 'char(3)' },
      ],
    },
  }),
  table('sales.avro', { source: { format: 'AVRO', serde: serde('org.apache.hadoop.hive.serde2.avro.AvroSerDe') } }),
  table('sales.a_report', {
    method: 'view',
    location: null,
    source: {
      format: 'VIEW',
      columns: [],
      view: {
        dialect: 'presto',
        sql: 'SELECT * FROM b_base WHERE id > 1;',
        catalog: 'awsdatacatalog',
        schema: 'sales',
      },
    },
  }),
  table('sales.b_base', {
    method: 'view',
    location: null,
    source: {
      format: 'VIEW',
      columns: [],
      view: { dialect: 'presto', sql: 'SELECT id, note FROM "orders"', catalog: 'awsdatacatalog', schema: 'sales' },
    },
  }),
  table('sales.big', {
    catalog: 'iceberg',
    method: 'convert',
    source: {
      columns: [
        { name: 'id', type: 'bigint' },
        { name: 'small', type: 'smallint' },
        { name: 'parts', type: 'array<struct<n:tinyint,c:char(2)>>' },
      ],
      partitionKeys: [{ name: 'year', type: 'int' }],
      partitions: partitioned,
    },
  }),
  table('sales.buckets', {
    source: {
      format: 'ORC',
      serde: { ...serde('org.apache.hadoop.hive.ql.io.orc.OrcSerde'), bucketColumns: ['ID'], numberOfBuckets: 8 },
    },
  }),
  table('sales.customers', {
    catalog: 'iceberg',
    method: 'register',
    source: {
      format: 'ICEBERG',
      serde: null,
      iceberg: { metadataLocation: 's3://raw/sales/customers/metadata/00003-ab.metadata.json' },
    },
  }),
  table('sales.orders', {
    source: {
      description: "orders of the day; 'raw'",
      partitionKeys: [
        { name: 'year', type: 'int' },
        { name: 'month', type: 'int' },
      ],
      partitions: partitioned,
    },
  }),
  table('sales.scattered', {
    source: {
      partitionKeys: [{ name: 'dt', type: 'string' }],
      partitions: {
        count: 9,
        byFormat: {},
        otherBuckets: [],
        outsideTableLocation: 4,
        irregularFolders: 4,
        differing: 2,
      },
    },
  }),
  table('shared.orders', {
    method: 'alias',
    location: null,
    source: {
      format: 'RESOURCE_LINK',
      link: {
        targetCatalog: null,
        targetDatabase: 'sales',
        targetTable: 'orders',
        state: 'resolved',
        resolvedTo: 'sales.orders',
      },
    },
  }),
];
