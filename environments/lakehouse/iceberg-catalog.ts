import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerOf } from './answers.js';
import type { LocalService } from './bundle.js';
import { filesOf } from './places.js';
import type { Places } from './places.js';
import { startProgram } from './program.js';
import { olderJava, toolPath } from './tools.js';

const startTimeoutMs = 60_000;

/** The part of a catalog server's setup that the reference server needs, too. */
interface Setup {
  readonly requests: readonly {
    readonly body: { readonly 'storage-profile'?: Readonly<Record<'bucket' | 'endpoint' | 'region', string>> };
  }[];
}

/**
 * Apache's reference server in place of Lakekeeper, which is released only as container images: same address and path,
 * same database, same warehouse bucket and keys. It has no authentication and one warehouse.
 */
export async function startIcebergCatalog(
  places: Places,
  { folder, settings }: LocalService,
  secrets: Readonly<Record<string, string>>,
  { port, isLasting }: { readonly port: number; readonly isLasting: boolean },
): Promise<void> {
  const { requests } = JSON.parse(readFileSync(join(folder, 'setup.json'), 'utf8')) as Setup;
  const [warehouse] = requests.flatMap(({ body }) => body['storage-profile'] ?? []);
  if (warehouse === undefined)
    throw new Error(
      'A local lakehouse needs an Iceberg catalog of Lakekeeper. Give a catalog in target.catalogs `server: lakekeeper`.',
    );
  const database = settings['LAKEKEEPER__PG_DATABASE'] ?? '';
  await startProgram(
    {
      name: 'the Iceberg REST catalog',
      command: [
        olderJava(),
        '-Xmx512m',
        '-XX:+UseSerialGC',
        '-cp',
        join(toolPath('iceberg-rest.sh'), '*'),
        'org.apache.iceberg.rest.LoopbackCatalog',
        '127.0.0.1',
        String(port),
        '/catalog',
      ],
      // In the names of its settings, two underscores stand for a hyphen, one for a dot.
      env: {
        ...process.env,
        ...secrets,
        AWS_REGION: warehouse.region,
        // Ceph 16 does not support trailing checksums.
        AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required',
        AWS_RESPONSE_CHECKSUM_VALIDATION: 'when_required',
        CATALOG_CATALOG_NAME: 'lakehouse',
        CATALOG_CATALOG__IMPL: 'org.apache.iceberg.jdbc.JdbcCatalog',
        CATALOG_URI: `jdbc:postgresql://127.0.0.1:${settings['LAKEKEEPER__PG_PORT']}/${database}`,
        CATALOG_JDBC_USER: settings['LAKEKEEPER__PG_USER'],
        CATALOG_JDBC_PASSWORD: secrets['LAKEKEEPER__PG_PASSWORD'],
        CATALOG_JDBC_SCHEMA__VERSION: 'V1',
        CATALOG_WAREHOUSE: `s3://${warehouse.bucket}/iceberg`,
        CATALOG_IO__IMPL: 'org.apache.iceberg.aws.s3.S3FileIO',
        CATALOG_S3_ENDPOINT: warehouse.endpoint,
        CATALOG_S3_PATH__STYLE__ACCESS: 'true',
        CATALOG_S3_ACCESS__KEY__ID: secrets['AWS_ACCESS_KEY_ID'],
        CATALOG_S3_SECRET__ACCESS__KEY: secrets['AWS_SECRET_ACCESS_KEY'],
        CATALOG_CLIENT_REGION: warehouse.region,
      },
      cwd: places.folder,
      isLasting,
      ...filesOf(places, 'iceberg-catalog'),
    },
    async () => (await answerOf(`http://127.0.0.1:${port}/catalog/v1/config`)) !== undefined,
    startTimeoutMs,
  );
}
