import type { AssessedTable } from '../../assessments/index.js';
import type { MappedBucket, MappedDatabase, MappedTable, Plan, RuleReference } from '../../mappings/plan.js';
import { sizeLakehouse } from '../../mappings/size-lakehouse.js';
import type { Sizing, Target } from '../../mappings/template.js';
import { bucketsOf, isConversion, registrationTargetOf, tableJudge } from '../../registration/index.js';
import type { AcceptedTable, WantedTable } from '../../registration/registered-table.js';

const rule: RuleReference = { name: 'a rule', template: 'test', file: '/somewhere/test.yaml', line: 7 };

export function sizingWith(changes: Partial<Sizing> = {}): Sizing {
  return {
    trinoWorkers: 'auto',
    batchWorkers: 'auto',
    runners: 'auto',
    dataVolumeGb: 'auto',
    spillVolumeGb: 'auto',
    concurrentQueries: 'auto',
    queryMemoryPerNodeGb: 'auto',
    machine: { vcpus: 16, memoryGb: 64 },
    load: { peakCpus: null, queryMemoryGb: null },
    ...changes,
  };
}

export function targetWith(changes: Partial<Target> = {}): Target {
  return {
    name: 'lake',
    topology: 'standard',
    region: 'RegionOne',
    network: {
      external: 'public',
      cidr: '10.20.0.0/24',
      allowFrom: ['198.51.100.0/24'],
      monitorFrom: ['192.0.2.0/28'],
      dnsServers: ['10.0.0.53'],
    },
    image: 'debian-12',
    keyPair: 'operators',
    zones: ['az-1', 'az-2', 'az-3'],
    volumeZones: 'same',
    databasePrimary: 1,
    flavors: { trino: 'm1.trino', services: 'm1.services' },
    objectStore: {
      type: 'swift',
      endpoint: 'https://rgw.acme.example',
      region: 'RegionOne',
      preserveBucketNames: true,
      credentialsSecret: 'lake-s3',
    },
    catalogs: {
      hive: { type: 'hive-metastore' },
      iceberg: { type: 'iceberg-rest', server: 'polaris', warehouse: 'lake-warehouse' },
    },
    access: { admins: [], groups: {}, usersSecret: null },
    runner: { image: `registry.example/aws2openstack@sha256:${'7'.repeat(64)}`, sourceSecret: 'lake-source' },
    sizing: sizingWith({ trinoWorkers: 3, batchWorkers: 3, runners: 2 }),
    protectData: true,
    state: { backend: 'local', settings: {} },
    versions: { trino: '476', hiveMetastore: '4.0.1', postgresql: '15' },
    ...changes,
  };
}

export function planWith(changes: Partial<Omit<Plan, 'target'>> & { target?: Partial<Target> } = {}): Plan {
  const { target, ...rest } = changes;
  const none = { assessed: 0, mapped: 0, skipped: 0, blocked: 0 };
  return {
    source: {
      region: 'eu-central-1',
      accountId: null,
      assessedAt: '2026-01-01T00:00:00.000Z',
      template: 'test',
      templateSha256: '0'.repeat(64),
    },
    target: targetWith(target),
    size: sizeLakehouse(targetWith(target), rest.tables ?? []),
    grants: [],
    totals: { bucket: none, database: none, table: none, partition: none },
    buckets: [],
    databases: [],
    tables: [],
    skipped: [],
    blocked: [],
    ...rest,
  };
}

export function bucket(name: string, changes: Partial<MappedBucket> = {}): MappedBucket {
  return {
    key: `bucket:${name}`,
    kind: 'bucket',
    rule,
    sourceBucket: name,
    targetBucket: name,
    versioning: 'keep',
    ...changes,
  };
}

export function database(
  name: string,
  changes: Partial<MappedDatabase> & { locationUri?: string } = {},
): MappedDatabase {
  const { locationUri, ...rest } = changes;
  return {
    key: `database:${name}`,
    kind: 'database',
    rule,
    catalog: 'hive',
    schema: name,
    source: {
      name,
      description: null,
      locationUri: locationUri ?? null,
      tableCount: 0,
      parameters: {},
      tags: null,
      link: null,
    },
    ...rest,
  };
}

/** A Parquet table `database.name` with the columns `id bigint, note string`, unless told otherwise. */
export function table(
  name: `${string}.${string}`,
  { source, ...changes }: Partial<Omit<MappedTable, 'source'>> & { source?: Partial<AssessedTable> } = {},
): MappedTable {
  const [schema = '', short = ''] = name.split('.');
  const described: AssessedTable = {
    database: schema,
    name: short,
    format: 'PARQUET',
    formatEvidence: 'a test',
    tableType: 'EXTERNAL_TABLE',
    description: null,
    location: `s3://raw/${schema}/${short}`,
    serde: serde('org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'),
    columns: [
      { name: 'id', type: 'bigint' },
      { name: 'note', type: 'string' },
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
    size: { value: null, source: 'none', confidence: 'none' },
    rows: { value: null, source: 'none', confidence: 'none' },
    lastUpdated: null,
    iceberg: null,
    view: null,
    link: null,
    projection: null,
    parameters: {},
    readiness: 'READY',
    readinessSource: 'format',
    traits: [],
    notes: [],
    ...source,
  };
  const { method = 'external', catalog = 'hive' } = changes;
  const names = { schema: changes.schema ?? schema, table: changes.table ?? short };
  const conversion = { convert: isConversion(method), inPlace: method === 'convert-in-place' };
  const accepted = judged({ source: described, catalog, ...names, ...conversion });
  return { key: `table:${name}`, kind: 'table', rule, ...accepted, method, ...changes };
}

/** By a target whose buckets keep their names; other catalogs than the usual ones hold Iceberg tables. */
function judged(wanted: WantedTable): AcceptedTable {
  const buckets = bucketsOf(wanted.source).map((name) => bucket(name));
  const { catalogs, ...target } = targetWith();
  const other = { [wanted.catalog]: { type: 'iceberg-rest', server: 'polaris', warehouse: 'w' } } as const;
  const judge = tableJudge(
    registrationTargetOf({ target: { ...target, catalogs: { ...other, ...catalogs } }, buckets }),
  );
  const accepted = judge(wanted);
  if (!accepted.ok) throw new Error(`No target holds this table of a test: ${accepted.error}`);
  return accepted.value;
}

export function serde(
  library: string,
  parameters: Readonly<Record<string, string>> = {},
): NonNullable<AssessedTable['serde']> {
  return {
    library,
    inputFormat: null,
    outputFormat: null,
    parameters,
    compressed: false,
    bucketColumns: [],
    numberOfBuckets: 0,
  };
}
