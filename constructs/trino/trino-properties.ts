import { settingsFor } from '../common/property-versions.js';
import type { PropertyRegistry } from '../common/property-versions.js';
import { renderProperties } from '../common/render.js';
import type { Settings } from '../common/render.js';

/**
 * The properties that our files may contain, by file; a catalog's file is named after its connector. Trino does not start
 * with an unknown property. Source: Trino 476 and 483, which tests start with them; release notes of 477 to 482.
 */
const registry: Readonly<Record<string, PropertyRegistry>> = {
  'access-control': {
    'access-control.name': {},
    'security.config-file': {},
    'security.refresh-period': {},
  },
  config: {
    coordinator: {},
    'discovery.uri': {},
    'hide-inaccessible-columns': {},
    'http-server.authentication.oauth2.client-id': {},
    'http-server.authentication.oauth2.client-secret': {},
    'http-server.authentication.oauth2.issuer': {},
    'http-server.authentication.oauth2.principal-field': {},
    'http-server.authentication.oauth2.scopes': {},
    'http-server.authentication.type': {},
    'http-server.http.enabled': {},
    'http-server.http.port': {},
    'http-server.https.enabled': {},
    'http-server.https.keystore.path': {},
    'http-server.https.port': {},
    'internal-communication.https.required': {},
    'internal-communication.shared-secret': {},
    'node-scheduler.include-coordinator': {},
    'query.max-memory': {},
    'query.max-memory-per-node': {},
    'retry-policy': {},
    'spill-enabled': {},
    'spiller-spill-path': {},
    'web-ui.authentication.type': {},
  },
  'exchange-manager': {
    'exchange-manager.name': {},
    'exchange.base-directories': {},
    'exchange.s3.aws-access-key': {},
    'exchange.s3.aws-secret-key': {},
    'exchange.s3.endpoint': {},
    'exchange.s3.path-style-access': {},
    'exchange.s3.region': {},
  },
  'group-provider': {
    'file.group-file': {},
    'file.refresh-period': {},
    'group-provider.name': {},
  },
  hive: {
    'connector.name': {},
    'fs.native-s3.enabled': { until: { version: '481', now: 'fs.s3.enabled' } },
    'hive.allow-register-partition-procedure': {},
    'hive.metastore': {},
    'hive.metastore.uri': {},
    'hive.non-managed-table-writes-enabled': {},
    'hive.orc.time-zone': {},
    'hive.parquet.time-zone': {},
    'hive.partition-projection-enabled': {},
    'hive.rcfile.time-zone': {},
    'hive.recursive-directories': {},
    'hive.timestamp-precision': {},
    's3.aws-access-key': {},
    's3.aws-secret-key': {},
    's3.endpoint': {},
    's3.exclusive-create': { until: { version: '483', isNeedless: true } },
    's3.path-style-access': {},
    's3.region': {},
    's3.signer-type': {},
    's3.socket-read-timeout': { until: { version: '477', now: 's3.socket-timeout' } },
  },
  iceberg: {
    'connector.name': {},
    'fs.native-s3.enabled': { until: { version: '481', now: 'fs.s3.enabled' } },
    'hive.metastore.uri': {},
    'iceberg.catalog.type': {},
    'iceberg.extended-statistics.enabled': { until: { version: '480' } },
    'iceberg.expire-snapshots.min-retention': {},
    'iceberg.metadata-cache.enabled': {},
    'iceberg.register-table-procedure.enabled': {},
    'iceberg.remove-orphan-files.min-retention': {},
    'iceberg.rest-catalog.oauth2.credential': {},
    'iceberg.rest-catalog.oauth2.scope': {},
    'iceberg.rest-catalog.oauth2.server-uri': {},
    'iceberg.rest-catalog.security': {},
    'iceberg.rest-catalog.sigv4-enabled': { until: { version: '477' } },
    'iceberg.rest-catalog.uri': {},
    'iceberg.rest-catalog.warehouse': {},
    's3.aws-access-key': {},
    's3.aws-secret-key': {},
    's3.endpoint': {},
    's3.exclusive-create': { until: { version: '483', isNeedless: true } },
    's3.path-style-access': {},
    's3.region': {},
    's3.signer-type': {},
    's3.socket-read-timeout': { until: { version: '477', now: 's3.socket-timeout' } },
  },
  node: { 'node.data-dir': {}, 'node.environment': {} },
  'password-authenticator': { 'file.password-file': {}, 'password-authenticator.name': {} },
  'resource-groups': { 'resource-groups.config-file': {}, 'resource-groups.configuration-manager': {} },
};

/** Levels of loggers, not properties. */
const notChecked = 'etc/log.properties';

/** The files with every property under its name in this version of Trino. Throws for an unknown property. */
export function withNamesOf(version: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      path.endsWith('.properties') && path !== notChecked ? renamed(version, path, text) : text,
    ]),
  );
}

function renamed(version: string, path: string, text: string): string {
  const settings = Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  ) as Settings;
  const file = String(settings['connector.name'] ?? /([^/]+)\.properties$/.exec(path)?.[1]);
  const name = `Trino's ${file}.properties`;
  return renderProperties(settingsFor({ name, version, properties: registry[file] ?? {} }, settings));
}
