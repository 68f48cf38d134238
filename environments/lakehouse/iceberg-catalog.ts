import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerOf } from './answers.js';
import type { LocalService } from './bundle.js';
import { filesOf } from './places.js';
import type { Places } from './places.js';
import { startProgram } from './program.js';
import { olderJava, toolPath } from './tools.js';

const startTimeoutMs = 60_000;

/** The parts of a catalog server's setup that the reference server needs, too: of Polaris, and of Lakekeeper. */
interface Setup {
  readonly requests: readonly {
    readonly body: {
      readonly catalog?: {
        readonly properties: Readonly<Record<'default-base-location', string>>;
        readonly storageConfigInfo: Readonly<Record<'endpoint' | 'region', string>>;
      };
      readonly 'storage-profile'?: Readonly<Record<'bucket' | 'endpoint' | 'region', string>>;
    };
  }[];
}

/** Settings of the reference server, and the address where clients expect it. */
interface Described {
  /** Of its API. */
  readonly path: string;
  readonly warehouse: string;
  readonly endpoint: string;
  readonly region: string;
  readonly database: { readonly url: string; readonly user: string; readonly password: string };
}

/** Of the first warehouse. */
function describe({ folder, settings }: LocalService, secrets: Readonly<Record<string, string>>): Described {
  const { requests } = JSON.parse(readFileSync(join(folder, 'setup.json'), 'utf8')) as Setup;
  const catalog = requests.flatMap(({ body }) => body.catalog ?? [])[0];
  if (catalog !== undefined) {
    return {
      path: '/api/catalog',
      warehouse: catalog.properties['default-base-location'],
      ...catalog.storageConfigInfo,
      database: {
        url: settings['QUARKUS_DATASOURCE_JDBC_URL'] ?? '',
        user: settings['QUARKUS_DATASOURCE_USERNAME'] ?? '',
        password: secrets['QUARKUS_DATASOURCE_PASSWORD'] ?? '',
      },
    };
  }
  const profile = requests.flatMap(({ body }) => body['storage-profile'] ?? [])[0];
  if (profile === undefined) throw new Error('Bug: the setup of the Iceberg catalog has no warehouse.');
  const database = settings['LAKEKEEPER__PG_DATABASE'] ?? '';
  const tls = `sslmode=verify-full&sslrootcert=${settings['LAKEKEEPER__PG_SSL_ROOT_CERT'] ?? ''}`;
  return {
    path: '/catalog',
    warehouse: `s3://${profile.bucket}/`,
    ...profile,
    database: {
      url: `jdbc:postgresql://127.0.0.1:${settings['LAKEKEEPER__PG_PORT'] ?? ''}/${database}?${tls}`,
      user: settings['LAKEKEEPER__PG_USER'] ?? '',
      password: secrets['LAKEKEEPER__PG_PASSWORD'] ?? '',
    },
  };
}

/**
 * Apache's reference server in place of Polaris or Lakekeeper, which are released only as container images: same address
 * and path, same database, same warehouse bucket and keys. It has one warehouse, registers tables in any bucket, and gives
 * a token to whoever asks, as Polaris does to whoever has its secret.
 */
export async function startIcebergCatalog(
  places: Places,
  service: LocalService,
  secrets: Readonly<Record<string, string>>,
  { port, isLasting }: { readonly port: number; readonly isLasting: boolean },
): Promise<void> {
  const { path, warehouse, endpoint, region, database } = describe(service, secrets);
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
        path,
      ],
      // In the names of its settings, two underscores stand for a hyphen, one for a dot.
      env: {
        ...process.env,
        ...secrets,
        AWS_REGION: region,
        // Ceph 16 does not support trailing checksums.
        AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required',
        AWS_RESPONSE_CHECKSUM_VALIDATION: 'when_required',
        CATALOG_CATALOG_NAME: 'lakehouse',
        CATALOG_CATALOG__IMPL: 'org.apache.iceberg.jdbc.JdbcCatalog',
        CATALOG_URI: database.url,
        CATALOG_JDBC_USER: database.user,
        CATALOG_JDBC_PASSWORD: database.password,
        CATALOG_JDBC_SCHEMA__VERSION: 'V1',
        CATALOG_WAREHOUSE: `${warehouse}iceberg`,
        CATALOG_IO__IMPL: 'org.apache.iceberg.aws.s3.S3FileIO',
        CATALOG_S3_ENDPOINT: endpoint,
        CATALOG_S3_PATH__STYLE__ACCESS: 'true',
        CATALOG_S3_ACCESS__KEY__ID: secrets['AWS_ACCESS_KEY_ID'],
        CATALOG_S3_SECRET__ACCESS__KEY: secrets['AWS_SECRET_ACCESS_KEY'],
        CATALOG_CLIENT_REGION: region,
      },
      cwd: places.folder,
      isLasting,
      ...filesOf(places, 'iceberg-catalog'),
    },
    async () => (await answerOf(`http://127.0.0.1:${port}${path}/v1/config`)) !== undefined,
    startTimeoutMs,
  );
}
