import { renderProperties } from '../common/render.js';
import type { Settings } from '../common/render.js';
import type { CatalogAccess } from '../iceberg-rest-catalog/index.js';
import type { ObjectStoreAccess } from '../object-store/index.js';

export type TrinoCatalog =
  | { readonly type: 'hive'; readonly metastoreUris: readonly string[] }
  /** Iceberg tables of the Hive Metastore, by which Hive tables are converted in place. */
  | { readonly type: 'iceberg-in-hive'; readonly metastoreUris: readonly string[] }
  | { readonly type: 'iceberg'; readonly access: CatalogAccess; readonly warehouse: string };

/** `etc/catalog/<name>.properties`. Source: Trino 476 documentation, Hive and Iceberg connectors, S3 file system. */
export function renderCatalog(catalog: TrinoCatalog, store: ObjectStoreAccess): string {
  return renderProperties({ ...connectorSettings(catalog), ...s3FileSystem(store) });
}

function connectorSettings(catalog: TrinoCatalog): Settings {
  switch (catalog.type) {
    case 'hive':
      return hiveSettings(catalog.metastoreUris);
    case 'iceberg-in-hive':
      return {
        'connector.name': 'iceberg',
        'hive.metastore.uri': catalog.metastoreUris.join(','),
        'iceberg.catalog.type': 'hive_metastore',
        ...withoutCache,
        ...retention,
      };
    case 'iceberg':
      return icebergSettings(catalog);
  }
}

function hiveSettings(metastoreUris: readonly string[]): Settings {
  return {
    'connector.name': 'hive',
    'hive.allow-register-partition-procedure': true,
    'hive.metastore': 'thrift',
    'hive.metastore.uri': metastoreUris.join(','),
    'hive.non-managed-table-writes-enabled': true,
    ...timeZones,
    'hive.partition-projection-enabled': true,
    // Athena reads the folders below a location too.
    'hive.recursive-directories': true,
    'hive.timestamp-precision': 'MICROSECONDS',
  };
}

/**
 * Time zones of timestamps in files that do not specify one. Athena reads and writes them in UTC, and these default to
 * the zone of the JVM. Source: Trino 476 documentation, 'Hive general configuration properties', 'Object storage file formats'.
 */
const timeZones = {
  'hive.orc.time-zone': 'UTC',
  'hive.parquet.time-zone': 'UTC',
  'hive.rcfile.time-zone': 'UTC',
};

/**
 * Users who may read a table may execute its procedures: no rule forbids them. Deletions of these two cannot be undone, so
 * they keep data younger than this, unless an administrator lowers the session property of the same name.
 */
const retention = {
  'iceberg.expire-snapshots.min-retention': '3650d',
  'iceberg.remove-orphan-files.min-retention': '3650d',
};

/**
 * It knows files by their path without the bucket: of two tables with equal paths, such as a copy, one would be read for the
 * other. Source: Trino 476, `IcebergCacheKeyProvider`.
 */
const withoutCache = { 'iceberg.metadata-cache.enabled': false };

function icebergSettings({ access, warehouse }: TrinoCatalog & { type: 'iceberg' }): Settings {
  const { uri, oauth2 } = access;
  return {
    'connector.name': 'iceberg',
    'iceberg.catalog.type': 'rest',
    ...withoutCache,
    ...retention,
    'iceberg.register-table-procedure.enabled': true,
    'iceberg.rest-catalog.uri': uri,
    'iceberg.rest-catalog.warehouse': warehouse,
    ...(oauth2 && {
      'iceberg.rest-catalog.oauth2.credential': oauth2.credential,
      'iceberg.rest-catalog.oauth2.scope': oauth2.scope,
      'iceberg.rest-catalog.oauth2.server-uri': oauth2.serverUri,
      'iceberg.rest-catalog.security': 'OAUTH2',
    }),
  };
}

function s3FileSystem({
  endpoint,
  region,
  conditionalPut = true,
  trailingChecksums = true,
}: ObjectStoreAccess): Settings {
  return {
    'fs.native-s3.enabled': true,
    's3.aws-access-key': '${ENV:AWS_ACCESS_KEY_ID}',
    's3.aws-secret-key': '${ENV:AWS_SECRET_ACCESS_KEY}',
    's3.endpoint': endpoint,
    ...(!conditionalPut && { 's3.exclusive-create': false }),
    's3.path-style-access': true,
    's3.region': region,
    // The other signer sends content in individually signed chunks, which such a store does not accept either.
    ...(!trailingChecksums && { 's3.signer-type': 'Aws4UnsignedPayloadSigner' }),
  };
}
