import { summarize } from '../../assessments/report-file/summarize.js';
import type { AssessedDatabase, AssessedTable, Assessment, SerDe, TableFormat } from '../../assessments/index.js';

const none = { value: null, source: 'none', confidence: 'none' } as const;

const serDeOf: Partial<Record<TableFormat, Pick<SerDe, 'library' | 'inputFormat' | 'outputFormat'>>> = {
  PARQUET: {
    library: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
    inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  },
  ORC: ofLibrary('org.apache.hadoop.hive.ql.io.orc.OrcSerde'),
  AVRO: ofLibrary('org.apache.hadoop.hive.serde2.avro.AvroSerDe'),
  CSV: ofLibrary('org.apache.hadoop.hive.serde2.OpenCSVSerde'),
  JSON: ofLibrary('org.openx.data.jsonserde.JsonSerDe'),
  TEXT: ofLibrary('org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'),
};

function ofLibrary(library: string): Pick<SerDe, 'library' | 'inputFormat' | 'outputFormat'> {
  return { library, inputFormat: null, outputFormat: null };
}

/** A table as the assessment has it; `name` is `database.table`. */
export function table(name: string, overrides: Partial<AssessedTable> = {}): AssessedTable {
  const [database = '', ...rest] = name.split('.');
  const format = overrides.format ?? 'PARQUET';
  const location = `s3://lake/${database}/${rest.join('.')}/`;
  return {
    database,
    name: rest.join('.'),
    format,
    formatEvidence: 'test',
    tableType: 'EXTERNAL_TABLE',
    description: null,
    location,
    serde: {
      library: null,
      inputFormat: null,
      outputFormat: null,
      ...serDeOf[format],
      parameters: {},
      compressed: false,
      bucketColumns: [],
      numberOfBuckets: 0,
    },
    columns: [
      { name: 'id', type: 'bigint' },
      { name: 'name', type: 'string' },
    ],
    partitionKeys: [],
    partitions: {
      count: 0,
      byFormat: {},
      otherBuckets: [],
      outsideTableLocation: 0,
      irregularFolders: 0,
      differing: 0,
    },
    size: none,
    rows: none,
    lastUpdated: null,
    iceberg: format === 'ICEBERG' ? { metadataLocation: `${location}metadata/00001-a.metadata.json` } : null,
    view: null,
    link: null,
    projection: null,
    parameters: {},
    readiness: format === 'ICEBERG' ? 'READY' : 'NEEDS_CONVERSION',
    readinessSource: 'format',
    traits: [],
    notes: [],
    ...overrides,
  };
}

export function database(name: string, overrides: Partial<AssessedDatabase> = {}): AssessedDatabase {
  return {
    name,
    description: null,
    locationUri: null,
    tableCount: 0,
    parameters: {},
    tags: null,
    link: null,
    ...overrides,
  };
}

/** An assessment of these tables; databases that are not given are made up from the tables. */
export function assessmentWith(
  tables: readonly AssessedTable[],
  databases: readonly AssessedDatabase[] = [],
): Assessment {
  const given = new Set(databases.map(({ name }) => name));
  const implied = [...new Set(tables.map((one) => one.database))].filter((name) => !given.has(name));
  const all = [
    ...databases,
    ...implied.map((name) => database(name, { tableCount: tables.filter((one) => one.database === name).length })),
  ];
  return {
    schemaVersion: '1.0',
    kind: 'GlueCatalogAssessment',
    toolVersion: '0.1.0',
    assessedAt: '2026-01-01T00:00:00.000Z',
    source: { service: 'glue', region: 'eu-central-1', accountId: '123456789012' },
    summary: summarize({ databases: all, tables, findings: [] }),
    partitionFile: null,
    findings: [],
    databases: all,
    tables,
  };
}
