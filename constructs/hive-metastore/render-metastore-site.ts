import { renderHadoopXml } from '../common/render.js';
import type { ObjectStoreClient } from '../object-store/index.js';
import type { DatabaseConnection } from '../postgresql/index.js';

export interface MetastoreSite {
  readonly database: DatabaseConnection;
  readonly objectStore: ObjectStoreClient;
  /** Bucket that schemas without a location of their own lie in. */
  readonly warehouseBucket: string;
  readonly port: number;
}

/**
 * `metastore-site.xml`; the 3.1 line reads the same text as `hive-site.xml`. Passwords come from the environment, as
 * Hadoop's configuration replaces `${env.NAME}`. Source: Hive, 'AdminManual Metastore 3.0 Administration'.
 */
export function renderMetastoreSite({ database, objectStore, warehouseBucket, port }: MetastoreSite): string {
  const { host, user } = database;
  return renderHadoopXml({
    'javax.jdo.option.ConnectionDriverName': 'org.postgresql.Driver',
    'javax.jdo.option.ConnectionPassword': '${env.METASTORE_DB_PASSWORD}',
    'javax.jdo.option.ConnectionURL': `jdbc:postgresql://${host}:${database.port}/${database.database}`,
    'javax.jdo.option.ConnectionUserName': user,
    'metastore.metrics.enabled': false,
    'metastore.schema.verification': true,
    // Trino deletes and compacts; the metastore must not.
    'metastore.compactor.initiator.on': false,
    'metastore.housekeeping.threads.on': false,
    'metastore.task.threads.always': 'org.apache.hadoop.hive.metastore.events.EventCleanerTask',
    'metastore.thrift.port': port,
    // Hive 4 refuses external tables under the managed root and compares paths only, so the two must differ.
    'metastore.warehouse.dir': `s3a://${warehouseBucket}/managed`,
    'metastore.warehouse.external.dir': `s3a://${warehouseBucket}/external`,
    ...s3aSettings(objectStore),
  });
}

/** `core-site.xml`: the S3A client. Without `fs.s3.impl`, locations that start with `s3://` fail. */
export function renderCoreSite(objectStore: ObjectStoreClient): string {
  return renderHadoopXml(s3aSettings(objectStore));
}

function s3aSettings({ endpoint, region }: ObjectStoreClient): Record<string, string | boolean> {
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
    // Without TLS the S3A client signs what it sends in chunks, and Ceph refuses an empty object that is signed so
    // (XAmzContentSHA256Mismatch): the mark of a folder, which the metastore makes for a schema or a table.
    ...(!isEncrypted && { 'fs.s3a.signing-algorithm': 'S3SignerType' }),
  };
}
