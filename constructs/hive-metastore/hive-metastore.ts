import { Construct } from 'constructs';
import { authorityMounts } from '../authority/index.js';
import { requireValid } from '../common/rules.js';
import type { Rule } from '../common/rules.js';
import { s3Credentials } from '../object-store/index.js';
import { configFolder, containerService } from '../service/index.js';
import type { Service } from '../service/index.js';
import { systemTrust } from '../trust/index.js';
import type { ContainerTrust } from '../trust/index.js';
import { renderCoreSite, renderMetastoreSite } from './render-metastore-site.js';
import type { MetastoreSite } from './render-metastore-site.js';

/** A Hive Metastore on one machine or on several that share a database. */
export interface HiveMetastoreProps extends Omit<MetastoreSite, 'port'> {
  readonly image: string;
  /** Names or addresses of the machines that run it. */
  readonly hosts: readonly string[];
  /** Names of services of the same machine that start first. */
  readonly follows?: readonly string[];
  /**
   * Authorities of the object store.
   * @default those of the image
   */
  readonly trust?: ContainerTrust;
  /**
   * Maven repository of the database's driver.
   * @default Maven Central
   */
  readonly mavenUrl?: string | undefined;
}

const metastoreRules: readonly Rule<HiveMetastoreProps>[] = [
  {
    code: 'metastore-without-host',
    holds: ({ hosts }) => hosts.length > 0,
    message: () => 'No machine runs the Hive Metastore; at least one must.',
    fix: 'Give `hosts` at least one machine of the topology.',
  },
];

/** Pinned here, because the image does not include a PostgreSQL driver. Source: Maven Central. */
const jdbcDriver = {
  path: 'org/postgresql/postgresql/42.7.7/postgresql-42.7.7.jar',
  sha256: '157963d60ae66d607e09466e8c0cdf8087e9cb20d0159899ffca96bca2528460',
};

const mavenCentral = 'https://repo1.maven.org/maven2';
const port = 9083;

export class HiveMetastore extends Construct {
  readonly service: Service;
  /** One per machine: Trino tries the next when one does not answer. */
  readonly uris: readonly string[];

  constructor(scope: Construct, id: string, props: HiveMetastoreProps) {
    super(scope, id);
    requireValid(this, metastoreRules, props);
    this.uris = props.hosts.map((host) => `thrift://${host}:${port}`);
    this.service = hiveMetastoreService(props);
  }
}

function hiveMetastoreService(props: HiveMetastoreProps): Service {
  const folder = configFolder('hive-metastore');
  const { trust = systemTrust, mavenUrl = mavenCentral } = props;
  const site = renderMetastoreSite({ ...props, port });
  const driver = '/var/lib/aws2openstack/postgresql-jdbc.jar';
  return containerService({
    name: 'hive-metastore',
    description: 'Hive Metastore',
    image: props.image,
    files: {
      'conf/core-site.xml': renderCoreSite(props.objectStore),
      'conf/hive-site.xml': site,
      'conf/metastore-site.xml': site,
      'fetch-driver.sh': renderFetchDriver(driver, mavenUrl),
    },
    mounts: {
      [`${folder}/conf/core-site.xml`]: '/opt/hive/conf/core-site.xml:ro',
      [`${folder}/conf/hive-site.xml`]: '/opt/hive/conf/hive-site.xml:ro',
      [`${folder}/conf/metastore-site.xml`]: '/opt/hive/conf/metastore-site.xml:ro',
      [driver]: '/opt/hive/lib/postgresql-jdbc.jar:ro',
      ...authorityMounts,
      ...trust.mounts,
    },
    environment: {
      DB_DRIVER: 'postgres',
      // Where the image keeps the S3A client.
      HADOOP_CLASSPATH: '/opt/hadoop/share/hadoop/tools/lib/*',
      SERVICE_NAME: 'metastore',
      // The image passes it to the JVM. UTC, as in Trino and Athena.
      SERVICE_OPTS: '-Duser.timezone=UTC',
      ...trust.javaSettings,
    },
    secrets: { METASTORE_DB_PASSWORD: props.database.password, ...s3Credentials(props.objectStore) },
    before: [`/bin/bash ${folder}/fetch-driver.sh`],
    follows: ['authority', ...(props.follows ?? []), ...trust.follows],
  });
}

/** The image's entry point creates or upgrades the schema; of two metastores, the slower one is restarted. */
function renderFetchDriver(path: string, mavenUrl: string): string {
  return [
    '#!/bin/bash',
    'set -euo pipefail',
    `driver=${path}`,
    `sum='${jdbcDriver.sha256}'`,
    'echo "$sum  $driver" | sha256sum --check --status 2>/dev/null && exit 0',
    `curl --fail --silent --show-error --location --output "$driver.part" '${mavenUrl.replace(/\/+$/, '')}/${jdbcDriver.path}'`,
    'echo "$sum  $driver.part" | sha256sum --check --status',
    'mv "$driver.part" "$driver"',
    '',
  ].join('\n');
}
