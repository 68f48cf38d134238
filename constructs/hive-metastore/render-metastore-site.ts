import { settingsFor } from '../common/property-versions.js';
import type { PropertyRegistry } from '../common/property-versions.js';
import { renderHadoopXml } from '../common/render.js';
import type { ObjectStoreAccess } from '../object-store/index.js';
import { jdbcUrl } from '../postgresql/index.js';
import type { DatabaseConnection } from '../postgresql/index.js';

export interface MetastoreSite {
  readonly database: DatabaseConnection;
  readonly objectStore: ObjectStoreAccess;
  /** Bucket of schemas without their own location. */
  readonly warehouseBucket: string;
  readonly port: number;
  /** Of Hive, such as `3.1.3`. */
  readonly version: string;
}

/** The metastore's own properties among those that it receives. Source: `MetastoreConf` of 3.1.3 and 4.0.1. */
const properties: PropertyRegistry = {
  'javax.jdo.option.ConnectionDriverName': {},
  'javax.jdo.option.ConnectionPassword': {},
  'javax.jdo.option.ConnectionURL': {},
  'javax.jdo.option.ConnectionUserName': {},
  'metastore.compactor.initiator.on': {},
  'metastore.housekeeping.threads.on': { since: '4.0.0' },
  'metastore.metrics.enabled': {},
  'metastore.schema.verification': {},
  'metastore.task.threads.always': {},
  'metastore.task.threads.remote': {},
  'metastore.thrift.port': {},
  'metastore.warehouse.dir': {},
  'metastore.warehouse.external.dir': {},
};

/**
 * `metastore-site.xml`; Hive 3.1 reads the same text as `hive-site.xml`. Passwords come from the environment, as
 * Hadoop's configuration replaces `${env.NAME}`. Source: Hive, 'AdminManual Metastore 3.0 Administration'.
 */
export function renderMetastoreSite({ database, objectStore, warehouseBucket, port, version }: MetastoreSite): string {
  const settings = {
    'javax.jdo.option.ConnectionDriverName': 'org.postgresql.Driver',
    'javax.jdo.option.ConnectionPassword': '${env.METASTORE_DB_PASSWORD}',
    'javax.jdo.option.ConnectionURL': jdbcUrl(database),
    'javax.jdo.option.ConnectionUserName': database.user,
    'metastore.metrics.enabled': false,
    'metastore.schema.verification': true,
    // Trino deletes and compacts; the metastore must not.
    'metastore.compactor.initiator.on': false,
    ...(version.startsWith('3.')
      ? { 'metastore.task.threads.remote': '' }
      : { 'metastore.housekeeping.threads.on': false }),
    'metastore.task.threads.always': 'org.apache.hadoop.hive.metastore.events.EventCleanerTask',
    'metastore.thrift.port': port,
    // Hive 4 refuses external tables under the managed root and compares paths only, so the two must differ.
    'metastore.warehouse.dir': `s3a://${warehouseBucket}/managed`,
    'metastore.warehouse.external.dir': `s3a://${warehouseBucket}/external`,
  };
  return renderHadoopXml({
    ...settingsFor({ name: 'the Hive Metastore', version, properties }, settings),
    ...s3aSettings(objectStore),
  });
}

/** `core-site.xml`: the S3A client. Without `fs.s3.impl`, locations that start with `s3://` fail. */
export function renderCoreSite(objectStore: ObjectStoreAccess): string {
  return renderHadoopXml(s3aSettings(objectStore));
}

function s3aSettings({ endpoint, region }: ObjectStoreAccess): Record<string, string | boolean> {
  const isEncrypted = endpoint.startsWith('https://');
  return {
    'fs.s3.impl': 'org.apache.hadoop.fs.s3a.S3AFileSystem',
    'fs.s3a.aws.credentials.provider': 'com.amazonaws.auth.EnvironmentVariableCredentialsProvider',
    'fs.s3a.change.detection.mode': 'none',
    'fs.s3a.connection.ssl.enabled': isEncrypted,
    'fs.s3a.endpoint': endpoint,
    'fs.s3a.endpoint.region': region,
    'fs.s3a.impl': 'org.apache.hadoop.fs.s3a.S3AFileSystem',
    'fs.s3a.path.style.access': true,
    // Without TLS the S3A client signs requests in chunks, and Ceph refuses an empty object that is signed this way
    // (XAmzContentSHA256Mismatch): the folder marker that the metastore creates for a schema or a table.
    ...(!isEncrypted && { 'fs.s3a.signing-algorithm': 'S3SignerType' }),
  };
}
