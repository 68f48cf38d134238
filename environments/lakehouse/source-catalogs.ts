import { randomBytes } from 'node:crypto';

/** The Glue and the S3 of an emulated AWS, as catalogs of Trino. */
export interface SourceCatalogs {
  /** Name of the catalog with the Hive connector. */
  readonly hive: string;
  readonly iceberg: string;
  /** Tables of both kinds, as in Athena: a catalog with the Hive connector that hands Iceberg's tables to the other one. */
  readonly all: string;
  remove(): Promise<void>;
}

type Query = (sql: string) => Promise<unknown>;

interface SourceOptions {
  /** Address of moto's Glue. @default that of its S3 */
  readonly glue?: string | undefined;
  /** Begins with `source_`; catalogs of this name are replaced. @default one of its own */
  readonly name?: string;
}

/** `query` asks a Trino that takes catalogs (`takesCatalogs`); `endpoint` is the address of moto. */
export async function addSourceCatalogs(
  query: Query,
  endpoint: string,
  { glue = endpoint, name = `source_${randomBytes(4).toString('hex')}` }: SourceOptions = {},
): Promise<SourceCatalogs> {
  const [hive, iceberg, all] = [`${name}_hive`, `${name}_iceberg`, `${name}_all`];
  const shared = {
    'hive.metastore.glue.endpoint-url': glue,
    'hive.metastore.glue.region': 'eu-central-1',
    'hive.metastore.glue.aws-access-key': 'moto',
    'hive.metastore.glue.aws-secret-key': 'moto',
    // moto returns every partition for every segment.
    'hive.metastore.glue.partitions-segments': '1',
    'fs.native-s3.enabled': 'true',
    's3.endpoint': endpoint,
    's3.region': 'eu-central-1',
    's3.path-style-access': 'true',
    's3.aws-access-key': 'moto',
    's3.aws-secret-key': 'moto',
  };
  const create = (
    catalog: string,
    connector: string,
    properties: Readonly<Record<string, string>>,
  ): Promise<unknown> => {
    const pairs = Object.entries({ ...properties, ...shared }).map(([key, value]) => `"${key}" = '${value}'`);
    return query(`CREATE CATALOG ${catalog} USING ${connector} WITH (${pairs.join(', ')})`);
  };
  // moto has no column statistics.
  const hiveOnGlue = {
    'hive.metastore': 'glue',
    'hive.table-statistics-enabled': 'false',
    'hive.collect-column-statistics-on-write': 'false',
  };
  const remove = async (): Promise<void> => {
    for (const catalog of [hive, iceberg, all]) await query(`DROP CATALOG IF EXISTS ${catalog}`);
  };
  await remove();
  await create(hive, 'hive', hiveOnGlue);
  await create(iceberg, 'iceberg', { 'iceberg.catalog.type': 'glue' });
  await create(all, 'hive', { ...hiveOnGlue, 'hive.iceberg-catalog-name': iceberg });
  return { hive, iceberg, all, remove };
}
