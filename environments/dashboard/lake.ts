import { createHash } from 'node:crypto';
import { summarize } from '../../assessments/report-file/summarize.js';
import type { AssessedDatabase, AssessedTable, Assessment, TableFormat } from '../../assessments/index.js';
import { pick, randomFrom } from './random.js';

const domains = [
  'finance',
  'hr',
  'iot',
  'logistics',
  'marketing',
  'reference',
  'risk',
  'sales',
  'sandbox',
  'web_events',
];
const subjects = [
  'accounts',
  'campaigns',
  'clicks',
  'customers',
  'devices',
  'invoices',
  'orders',
  'payments',
  'returns',
  'sessions',
  'shipments',
  'stock',
];
const kinds = ['', '_daily', '_history', '_raw'];
const formats: readonly TableFormat[] = [
  'PARQUET',
  'PARQUET',
  'PARQUET',
  'PARQUET',
  'ORC',
  'CSV',
  'JSON',
  'AVRO',
  'ICEBERG',
  'ICEBERG',
  'VIEW',
  'UNKNOWN',
];
const day = 86_400_000;

export interface LakeOptions {
  /** 0 is the oldest. */
  readonly generation: number;
  readonly generations: number;
  /** The time of the newest. */
  readonly now: Date;
  /** Tables in the newest. */
  readonly tables: number;
}

/** A data lake as it was found some weeks ago: it grows, and more of it becomes Iceberg. */
export function lakeAt({ generation, generations, now, tables: most }: LakeOptions): Assessment {
  const age = generations - 1 - generation;
  const assessedAt = new Date(now.getTime() - age * 7 * day).toISOString();
  const count = Math.round(most * (1 - 0.025 * age));
  const tables = tableNames(most)
    .slice(0, count)
    .map((name, index) => tableOf(name, index, { age, assessedAt }))
    .sort((a, b) => (`${a.database}.${a.name}` < `${b.database}.${b.name}` ? -1 : 1));
  const databases = [...new Set(tables.map(({ database }) => database))].sort().map((name): AssessedDatabase => ({
    name,
    description: `Data of ${name.replace('_', ' ')}`,
    locationUri: `s3://acme-lake/${name}/`,
    tableCount: tables.filter(({ database }) => database === name).length,
    parameters: {},
    tags: null,
    link: null,
  }));
  return {
    schemaVersion: '1.0',
    kind: 'GlueCatalogAssessment',
    toolVersion: '0.1.0',
    assessedAt,
    source: { service: 'glue', region: 'eu-central-1', accountId: '123456789012' },
    summary: summarize({ databases, tables, findings: [] }),
    partitionFile: null,
    findings: [],
    databases,
    tables,
  };
}

/** In an order in which the lake grows evenly. */
function tableNames(count: number): readonly (readonly [string, string])[] {
  return Array.from({ length: count }, (_, index) => {
    const domain = domains[(index * 7) % domains.length] ?? '';
    const step = Math.floor(index / domains.length);
    const subject = subjects[step % subjects.length] ?? '';
    const round = Math.floor(step / subjects.length);
    const kind = kinds[round] ?? `_v${round - kinds.length + 2}`;
    return [domain, `${subject}${kind}`] as const;
  });
}

function tableOf(
  [database, name]: readonly [string, string],
  index: number,
  { age, assessedAt }: { readonly age: number; readonly assessedAt: string },
): AssessedTable {
  const random = randomFrom(seedOf(`${database}.${name}`));
  const found = pick(random, formats);
  // One table in eight is converted at the source, week by week.
  const isConverted = index % 8 === 0 && age < index % 20;
  const format = isConverted ? 'ICEBERG' : found;
  const location = `s3://acme-lake/${database}/${name}/`;
  // One table in three grows.
  const growth = index % 3 === 0 ? 1 - 0.03 * age : 1;
  const size = Math.round(10 ** (6 + 6.2 * random()) * growth);
  const isPartitioned = random() < 0.6 && format !== 'VIEW';
  const hasSize = format !== 'VIEW' && random() > 0.07;
  return {
    database,
    name,
    format,
    formatEvidence: 'serde',
    tableType: format === 'VIEW' ? 'VIRTUAL_VIEW' : 'EXTERNAL_TABLE',
    description: null,
    location: format === 'VIEW' ? null : location,
    serde: {
      library: null,
      inputFormat: null,
      outputFormat: null,
      parameters: {},
      compressed: false,
      bucketColumns: [],
      numberOfBuckets: 0,
    },
    columns: columnsOf(random),
    partitionKeys: isPartitioned ? [{ name: 'dt', type: 'date' }] : [],
    partitions: {
      count: isPartitioned ? Math.round(30 + 900 * random()) : 0,
      byFormat: {},
      otherBuckets: [],
      outsideTableLocation: 0,
      irregularFolders: 0,
      differing: 0,
    },
    size: hasSize
      ? { value: size, source: 'crawler', confidence: 'medium' }
      : { value: null, source: 'none', confidence: 'none' },
    rows: hasSize
      ? { value: Math.round(size / 180), source: 'crawler', confidence: 'low' }
      : { value: null, source: 'none', confidence: 'none' },
    lastUpdated: new Date(Date.parse(assessedAt) - Math.round(random() * 400) * day).toISOString(),
    iceberg: format === 'ICEBERG' ? { metadataLocation: `${location}metadata/00001-a.metadata.json` } : null,
    view: null,
    link: null,
    projection: null,
    parameters: {},
    readiness: format === 'ICEBERG' ? 'READY' : format === 'UNKNOWN' ? 'UNKNOWN' : 'NEEDS_CONVERSION',
    readinessSource: 'format',
    traits: [],
    notes: format === 'UNKNOWN' ? ['The SerDe is not known; look at its files.'] : [],
  };
}

const columnTypes = [
  { name: 'id', type: 'bigint' },
  { name: 'customer_id', type: 'bigint' },
  { name: 'amount', type: 'decimal(12,2)' },
  { name: 'currency', type: 'string' },
  { name: 'status', type: 'string' },
  { name: 'created_at', type: 'timestamp' },
  { name: 'updated_at', type: 'timestamp' },
  { name: 'source', type: 'string', comment: 'system that wrote the row' },
  { name: 'payload', type: 'struct<kind:string,value:double>' },
];

function columnsOf(random: () => number) {
  return columnTypes.slice(0, 3 + Math.floor(random() * (columnTypes.length - 2)));
}

export function seedOf(text: string): number {
  return createHash('sha256').update(text).digest().readInt32BE();
}
