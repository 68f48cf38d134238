import { Construct } from 'constructs';
import { readFileSync } from 'node:fs';
import { authorityMount, authorityMounts } from '../authority/index.js';
import type { Settings } from '../common/render.js';
import { s3ClientSettings, s3Credentials } from '../object-store/index.js';
import type { ObjectStoreAccess } from '../object-store/index.js';
import { jdbcUrl } from '../postgresql/index.js';
import type { DatabaseConnection } from '../postgresql/index.js';
import { GeneratedSecret } from '../secrets/index.js';
import type { SecretSource } from '../secrets/index.js';
import { configFolder, containerService, oneShotCommand } from '../service/index.js';
import type { Service } from '../service/index.js';
import { systemTrust } from '../trust/index.js';
import type { ContainerTrust } from '../trust/index.js';
import { lakekeeperSetup, polarisSetup } from './warehouse-setup.js';
import type { Warehouse } from './warehouse-setup.js';

/** An Iceberg REST catalog on one machine or on several that share a database. */
export interface IcebergRestCatalogProps {
  /** Prefix of the secrets' names. */
  readonly name: string;
  readonly server: 'lakekeeper' | 'polaris';
  readonly image: string;
  /** Polaris has a separate image for its initial setup. */
  readonly adminImage: string;
  readonly warehouses: readonly Warehouse[];
  /** Buckets beside the warehouses that hold tables which are registered where they are. Polaris only. */
  readonly tableBuckets: readonly string[];
  readonly database: DatabaseConnection;
  readonly objectStore: ObjectStoreAccess;
  /** A host name that resolves to every machine that runs it. */
  readonly host: string;
  /** Names of services of the same machine that start first. */
  readonly follows?: readonly string[];
  /**
   * Authorities of the object store.
   * @default those of the image
   */
  readonly trust?: ContainerTrust;
}

/** The settings that an engine needs to access the catalog. Secrets are environment variables. */
export interface CatalogAccess {
  readonly uri: string;
  readonly oauth2?: { readonly credential: string; readonly scope: string; readonly serverUri: string };
  readonly secrets: Readonly<Record<string, SecretSource>>;
}

const name = 'iceberg-catalog';
const folder = configFolder(name);
const port = 8181;

/** Where each server exposes its metrics. Source: their documentation, 'Configuration'; 'Telemetry'. */
export const catalogMetrics = {
  lakekeeper: { port: 9000, path: '/metrics' },
  polaris: { port: 8182, path: '/q/metrics' },
} as const;

export class IcebergRestCatalog extends Construct {
  readonly service: Service;
  readonly access: CatalogAccess;

  constructor(scope: Construct, id: string, props: IcebergRestCatalogProps) {
    super(scope, id);
    const secret = new GeneratedSecret(this, 'Secret', { name: `${props.name}-${props.server}` }).source;
    this.service =
      props.server === 'lakekeeper'
        ? lakekeeper(props, secret)
        : polaris(
            props,
            secret,
            new GeneratedSecret(this, 'TokenKey', { name: `${props.name}-polaris-token-key` }).source,
          );
    this.access = accessOf(props, secret);
  }
}

function accessOf({ server, host }: IcebergRestCatalogProps, secret: SecretSource): CatalogAccess {
  // Without an identity provider, Lakekeeper does not authenticate clients: its security group admits only engines.
  if (server === 'lakekeeper') return { uri: `http://${host}:${port}/catalog`, secrets: {} };
  const uri = `http://${host}:${port}/api/catalog`;
  return {
    uri,
    oauth2: {
      credential: 'root:${ENV:POLARIS_ROOT_SECRET}',
      scope: 'PRINCIPAL_ROLE:ALL',
      serverUri: `${uri}/v1/oauth/tokens`,
    },
    secrets: { POLARIS_ROOT_SECRET: secret },
  };
}

/** Source: Lakekeeper documentation, 'Configuration'. */
function lakekeeper(props: IcebergRestCatalogProps, encryptionKey: SecretSource): Service {
  const { database, image, trust = systemTrust } = props;
  return containerService({
    ...sharedProps(props),
    description: 'Lakekeeper, the Iceberg REST catalog',
    args: ['serve'],
    files: filesWith(lakekeeperSetup(props.warehouses, props.objectStore)),
    environment: {
      ...s3ClientSettings(props.objectStore),
      LAKEKEEPER__LISTEN_PORT: port,
      LAKEKEEPER__PG_DATABASE: database.database,
      LAKEKEEPER__PG_HOST_R: database.host,
      LAKEKEEPER__PG_HOST_W: database.host,
      LAKEKEEPER__PG_PORT: database.port,
      // Without a hyphen every release knows it.
      LAKEKEEPER__PG_SSL_MODE: 'verifyfull',
      LAKEKEEPER__PG_SSL_ROOT_CERT: authorityMount,
      LAKEKEEPER__PG_USER: database.user,
      ...trust.pemSettings,
    },
    secrets: {
      LAKEKEEPER__PG_PASSWORD: database.password,
      LAKEKEEPER__PG_ENCRYPTION_KEY: encryptionKey,
      ...s3Credentials(props.objectStore),
    },
    before: [oneShotCommand({ name, image, args: ['migrate'], mounts: mountsWith(trust) })],
  });
}

/** Source: Apache Polaris documentation, 'Configuring Polaris for production'. */
function polaris(props: IcebergRestCatalogProps, rootSecret: SecretSource, tokenKey: SecretSource): Service {
  const { database, adminImage, trust = systemTrust } = props;
  const bootstrap = ['bootstrap', '--realm=POLARIS', '--credential=POLARIS,root,${POLARIS_ROOT_SECRET}'];
  const environment: Settings = {
    ...s3ClientSettings(props.objectStore),
    AWS_REGION: props.objectStore.region,
    // One key for all servers: otherwise each generates its own, and refuses the tokens of the others.
    POLARIS_AUTHENTICATION_TOKEN_BROKER_TYPE: 'symmetric-key',
    POLARIS_PERSISTENCE_TYPE: 'relational-jdbc',
    POLARIS_REALM_CONTEXT_REALMS: 'POLARIS',
    QUARKUS_DATASOURCE_JDBC_URL: jdbcUrl(database),
    QUARKUS_DATASOURCE_USERNAME: database.user,
    QUARKUS_HTTP_PORT: port,
    ...trust.javaSettings,
  };
  return containerService({
    ...sharedProps(props),
    description: 'Apache Polaris, the Iceberg REST catalog',
    files: filesWith(polarisSetup(props.warehouses, props.tableBuckets, props.objectStore)),
    environment,
    secrets: {
      QUARKUS_DATASOURCE_PASSWORD: database.password,
      POLARIS_AUTHENTICATION_TOKEN_BROKER_SYMMETRIC_KEY_SECRET: tokenKey,
      POLARIS_ROOT_SECRET: rootSecret,
      ...s3Credentials(props.objectStore),
    },
    // It refuses a realm that is set up already.
    before: [`-${oneShotCommand({ name, image: adminImage, args: bootstrap, mounts: mountsWith(trust) })}`],
  });
}

function sharedProps({ image, follows = [], trust = systemTrust }: IcebergRestCatalogProps): {
  name: string;
  image: string;
  mounts: Readonly<Record<string, string>>;
  after: string[];
  follows: readonly string[];
} {
  return {
    name,
    image,
    mounts: mountsWith(trust),
    after: [`/usr/bin/python3 ${folder}/apply-requests.py ${folder}/setup.json`],
    follows: ['authority', ...follows, ...trust.follows],
  };
}

function mountsWith(trust: ContainerTrust): Readonly<Record<string, string>> {
  return { ...authorityMounts, ...trust.mounts };
}

function filesWith(setup: string): Record<string, string> {
  return {
    'apply-requests.py': readFileSync(new URL('apply-requests.py', import.meta.url), 'utf8'),
    'setup.json': setup,
  };
}
