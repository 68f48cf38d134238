import { Construct } from 'constructs';
import { readFileSync } from 'node:fs';
import { metricsUser, migrationUser } from '../../core/machine-users.js';
import { requireValid } from '../common/rules.js';
import { s3ClientSettings, s3Credentials } from '../object-store/index.js';
import type { ObjectStoreAccess } from '../object-store/index.js';
import { GeneratedSecret } from '../secrets/index.js';
import type { SecretSource } from '../secrets/index.js';
import { configFolder, containerService, dataFolder } from '../service/index.js';
import type { Service } from '../service/index.js';
import { systemTrust } from '../trust/index.js';
import type { ContainerTrust } from '../trust/index.js';
import {
  renderAccessControl,
  renderAccessRules,
  renderGroupProvider,
  renderGroups,
  renderWorkerAccessRules,
} from './render-access.js';
import type { TrinoAccessControl } from './render-access.js';
import { renderCatalog } from './render-catalogs.js';
import type { TrinoCatalog } from './render-catalogs.js';
import {
  renderConfigProperties,
  renderExchangeManager,
  renderJvmConfig,
  renderLogProperties,
  renderNodeProperties,
  renderPasswordAuthenticator,
  spillFolder,
} from './render-node.js';
import type { TrinoRole } from './render-node.js';
import { renderResourceGroupManager, renderResourceGroups } from './render-resource-groups.js';
import { withNamesOf } from './trino-properties.js';
import { trinoRules } from './trino-rules.js';

/** A Trino cluster: one coordinator and any number of workers. */
export interface TrinoProps {
  /** Prefix of the secrets' names. */
  readonly name: string;
  /**
   * Prefix of the services' names, which distinguishes clusters.
   * @default 'trino'
   */
  readonly cluster?: string;
  readonly image: string;
  /** Version of Trino, such as `476`: names of properties depend on it. */
  readonly version: string;
  /** Trino's `node.environment`. */
  readonly environment: string;
  /** IP address: nodes trust addresses, not names. */
  readonly coordinatorAddress: string;
  /** With 0, the coordinator also acts as a worker. */
  readonly workers: number;
  /** Share of a machine's memory for the heap. */
  readonly heapPercent: number;
  /** Memory that one query may take in the whole cluster. */
  readonly queryMemoryGb: number;
  /**
   * Memory that one query may take on one node.
   * @default Trino's: 0.3 of the heap, whatever the machine
   */
  readonly queryMemoryPerNodeGb?: number | undefined;
  /** Number of concurrent queries; others wait. */
  readonly concurrentQueries: number;
  /**
   * Whether queries may spill to a volume of the machine.
   * @default false
   */
  readonly spillsToDisk?: boolean;
  /**
   * Buckets that stages exchange data through, which makes the cluster fault-tolerant.
   * @default none
   */
  readonly exchangeBuckets?: readonly string[];
  /** By catalog name. Every node gets all of them: a catalog that one node lacks breaks queries. */
  readonly catalogs: Readonly<Record<string, TrinoCatalog>>;
  readonly objectStore: ObjectStoreAccess;
  readonly access: TrinoAccessControl;
  /**
   * Name of the Barbican secret with users and their password hashes.
   * @default none but `admin`
   */
  readonly usersSecret?: string | undefined;
  /**
   * OpenID Connect provider for users.
   * @default users sign in with a password
   */
  readonly oauth2?: OAuth2 | undefined;
  /**
   * Authorities of the object store and of the provider.
   * @default those of the image
   */
  readonly trust?: ContainerTrust;
  /**
   * The password of the user `admin`.
   * @default one that Barbican generates
   */
  readonly adminPassword?: SecretSource;
  /**
   * The password of the user `metrics`.
   * @default one that Barbican generates
   */
  readonly metricsPassword?: SecretSource;
  /**
   * The password of the user `migration`.
   * @default one that Barbican generates
   */
  readonly migrationPassword?: SecretSource;
}

interface OAuth2 {
  readonly issuer: string;
  readonly clientId: string;
  /** Name of a Barbican secret. */
  readonly clientSecret: string;
  /** Claim that holds the user's name. @default 'sub' */
  readonly userField?: string;
}

export class Trino extends Construct {
  readonly coordinator: Service;
  readonly worker: Service;
  /** The password of the user `admin`. */
  readonly adminPassword: SecretSource;
  /** The password of the user `metrics`. */
  readonly metricsPassword: SecretSource;
  /** The password of the user `migration`. */
  readonly migrationPassword: SecretSource;

  constructor(scope: Construct, id: string, props: TrinoProps) {
    super(scope, id);
    requireValid(this, trinoRules, props);
    const { name, cluster = 'trino' } = props;
    const sharedSecret = new GeneratedSecret(this, 'SharedSecret', { name: `${name}-${cluster}-shared` }).source;
    const passwordOf = (id: string, user: string): SecretSource =>
      new GeneratedSecret(this, id, { name: `${name}-${cluster}-${user}` }).source;
    this.adminPassword = props.adminPassword ?? passwordOf('AdminPassword', 'admin');
    this.metricsPassword = props.metricsPassword ?? passwordOf('MetricsPassword', metricsUser);
    this.migrationPassword = props.migrationPassword ?? passwordOf('MigrationPassword', migrationUser);
    const secrets = { TRINO_SHARED_SECRET: sharedSecret, ...catalogSecrets(props) };
    this.coordinator = trinoService('coordinator', props, {
      ...secrets,
      TRINO_ADMIN_PASSWORD: this.adminPassword,
      TRINO_METRICS_PASSWORD: this.metricsPassword,
      TRINO_MIGRATION_PASSWORD: this.migrationPassword,
      ...signInSecrets(props),
    });
    this.worker = trinoService('worker', props, secrets);
  }
}

function catalogSecrets({ catalogs, objectStore }: TrinoProps): Record<string, SecretSource> {
  const ofCatalogs = Object.values(catalogs).map((catalog) =>
    catalog.type === 'iceberg' ? catalog.access.secrets : {},
  );
  return Object.assign({}, s3Credentials(objectStore), ...ofCatalogs) as Record<string, SecretSource>;
}

function signInSecrets({ usersSecret, oauth2 }: TrinoProps): Record<string, SecretSource> {
  return {
    ...(usersSecret !== undefined && { TRINO_USERS: { type: 'named', name: usersSecret } }),
    ...(oauth2 && { TRINO_OAUTH2_CLIENT_SECRET: { type: 'named', name: oauth2.clientSecret } }),
  };
}

function trinoService(role: TrinoRole, props: TrinoProps, secrets: Record<string, SecretSource>): Service {
  const name = `${props.cluster ?? 'trino'}-${role}`;
  const folder = configFolder(name);
  const privateFolder = '/var/lib/aws2openstack/trino-private';
  const coordinates = role === 'coordinator';
  const spills = props.spillsToDisk === true;
  const { trust = systemTrust } = props;
  return containerService({
    name,
    description: `Trino ${role}`,
    image: props.image,
    files: withNamesOf(props.version, renderFiles(role, props)),
    environment: s3ClientSettings(props.objectStore),
    mounts: {
      [`${folder}/etc`]: '/etc/trino:ro',
      '/var/lib/aws2openstack/trino': '/data/trino:U',
      ...(spills && { [`${dataFolder}/spill`]: `${spillFolder}:U` }),
      ...(coordinates && { [privateFolder]: '/etc/trino-private:U' }),
      ...trust.mounts,
    },
    secrets,
    follows: [...(coordinates ? ['authority'] : []), ...trust.follows],
    before: [
      '/usr/bin/mkdir -p /var/lib/aws2openstack/trino',
      ...(spills ? [`/usr/bin/mkdir -p ${dataFolder}/spill`] : []),
      ...(coordinates ? [`/usr/bin/python3 ${folder}/prepare-private.py ${privateFolder}`] : []),
    ],
  });
}

function renderFiles(role: TrinoRole, props: TrinoProps): Record<string, string> {
  const catalogs = Object.entries(props.catalogs).map(([name, catalog]) => [
    `etc/catalog/${name}.properties`,
    renderCatalog(catalog, props.objectStore),
  ]);
  return {
    ...(Object.fromEntries(catalogs) as Record<string, string>),
    'etc/config.properties': renderConfigProperties(role, props),
    ...((props.exchangeBuckets ?? []).length > 0 && {
      'etc/exchange-manager.properties': renderExchangeManager(props),
    }),
    'etc/jvm.config': renderJvmConfig(props),
    'etc/log.properties': renderLogProperties(),
    'etc/node.properties': renderNodeProperties(props),
    'etc/access-control.properties': renderAccessControl(),
    ...(role === 'coordinator'
      ? renderCoordinatorFiles(props)
      : { 'etc/access-rules.json': renderWorkerAccessRules() }),
  };
}

function renderCoordinatorFiles({ access, catalogs, concurrentQueries }: TrinoProps): Record<string, string> {
  return {
    'etc/access-rules.json': renderAccessRules(access, Object.keys(catalogs)),
    ...(Object.keys(access.groups).length > 0 && {
      'etc/group-provider.properties': renderGroupProvider(),
      'etc/groups.txt': renderGroups(access),
    }),
    'etc/password-authenticator.properties': renderPasswordAuthenticator(),
    'etc/resource-groups.json': renderResourceGroups(concurrentQueries),
    'etc/resource-groups.properties': renderResourceGroupManager(),
    'prepare-private.py': readFileSync(new URL('prepare-private.py', import.meta.url), 'utf8'),
  };
}
