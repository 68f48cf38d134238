import { Construct } from 'constructs';
import { readFileSync } from 'node:fs';
import { requireValid } from '../common/rules.js';
import { s3Credentials } from '../object-store/index.js';
import type { ObjectStoreClient } from '../object-store/index.js';
import { GeneratedSecret } from '../secrets/index.js';
import type { SecretSource } from '../secrets/index.js';
import { configFolder, containerService } from '../service/index.js';
import type { Service } from '../service/index.js';
import { renderAccessControl, renderAccessRules, renderGroupProvider, renderGroups } from './render-access.js';
import type { TrinoAccess } from './render-access.js';
import { renderCatalog } from './render-catalogs.js';
import type { TrinoCatalog } from './render-catalogs.js';
import {
  renderConfigProperties,
  renderJvmConfig,
  renderLogProperties,
  renderNodeProperties,
  renderPasswordAuthenticator,
} from './render-node.js';
import type { TrinoRole } from './render-node.js';
import { trinoRules } from './trino-rules.js';

/** A Trino cluster: one coordinator, and workers or none. */
export interface TrinoProps {
  /** Prefix of the secrets' names. */
  readonly name: string;
  readonly image: string;
  /** Trino's `node.environment`. */
  readonly environment: string;
  readonly coordinatorHost: string;
  /** With none, the coordinator works too. */
  readonly workers: number;
  /** Share of a machine's memory that is heap. */
  readonly heapPercent: number;
  /** Memory that one query may take in the whole cluster. */
  readonly queryMemoryGb: number;
  /** By catalog name. Every node gets all of them: a catalog that one node lacks breaks queries. */
  readonly catalogs: Readonly<Record<string, TrinoCatalog>>;
  readonly objectStore: ObjectStoreClient;
  readonly access: TrinoAccess;
  /** Names of services of the same machine that start first. */
  readonly follows?: readonly string[];
}

export class Trino extends Construct {
  readonly coordinator: Service;
  readonly worker: Service;
  /** The password of the user `admin`. */
  readonly adminPassword: SecretSource;

  constructor(scope: Construct, id: string, props: TrinoProps) {
    super(scope, id);
    requireValid(this, trinoRules, props);
    const sharedSecret = new GeneratedSecret(this, 'SharedSecret', { name: `${props.name}-trino-shared` }).source;
    this.adminPassword = new GeneratedSecret(this, 'AdminPassword', { name: `${props.name}-trino-admin` }).source;
    const secrets = { TRINO_SHARED_SECRET: sharedSecret, ...catalogSecrets(props) };
    this.coordinator = trinoService('coordinator', props, { ...secrets, TRINO_ADMIN_PASSWORD: this.adminPassword });
    this.worker = trinoService('worker', props, secrets);
  }
}

function catalogSecrets({ catalogs, objectStore }: TrinoProps): Record<string, SecretSource> {
  const ofCatalogs = Object.values(catalogs).map((catalog) =>
    catalog.type === 'iceberg' ? catalog.access.secrets : {},
  );
  return Object.assign({}, s3Credentials(objectStore), ...ofCatalogs) as Record<string, SecretSource>;
}

function trinoService(role: TrinoRole, props: TrinoProps, secrets: Record<string, SecretSource>): Service {
  const name = `trino-${role}`;
  const folder = configFolder(name);
  const privateFolder = '/var/lib/aws2openstack/trino-private';
  const coordinates = role === 'coordinator';
  return containerService({
    name,
    description: `Trino ${role}`,
    image: props.image,
    files: renderFiles(role, props),
    mounts: {
      [`${folder}/etc`]: '/etc/trino:ro',
      '/var/lib/aws2openstack/trino': '/data/trino:U',
      ...(coordinates && { [privateFolder]: '/etc/trino-private:U' }),
    },
    secrets,
    before: [
      '/usr/bin/mkdir -p /var/lib/aws2openstack/trino',
      ...(coordinates ? [`/usr/bin/python3 ${folder}/prepare-private.py ${privateFolder}`] : []),
    ],
    follows: props.follows ?? [],
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
    'etc/jvm.config': renderJvmConfig(props),
    'etc/log.properties': renderLogProperties(),
    'etc/node.properties': renderNodeProperties(props),
    ...(role === 'coordinator' && {
      'etc/access-control.properties': renderAccessControl(),
      'etc/access-rules.json': renderAccessRules(props.access, Object.keys(props.catalogs)),
      'etc/password-authenticator.properties': renderPasswordAuthenticator(),
      'prepare-private.py': readFileSync(new URL('prepare-private.py', import.meta.url), 'utf8'),
      ...(Object.keys(props.access.groups).length > 0 && {
        'etc/group-provider.properties': renderGroupProvider(),
        'etc/groups.txt': renderGroups(props.access),
      }),
    }),
  };
}
