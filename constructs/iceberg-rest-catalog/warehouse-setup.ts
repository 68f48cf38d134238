import { canonicalJson } from '../../core/canonical-json.js';
import type { ObjectStoreAccess } from '../object-store/index.js';

/** A warehouse: one Trino catalog's tables. */
export interface Warehouse {
  readonly name: string;
  /** Where it creates tables. */
  readonly bucket: string;
}

/**
 * The requests that `apply-requests.py` sends to a catalog server once it is up. Texts may contain `${NAME}` of the
 * environment, so that no secret is stored here. A request is skipped when the response to `unless` contains the text.
 */
interface SetupRequest {
  readonly url: string;
  readonly body: unknown;
  readonly unless: { readonly url: string; readonly holds: string };
  /**
   * Where it is skipped: what exists is read from here, and gets the properties and the storage settings of `body` if it
   * lacks one of its properties or allowed locations.
   */
  readonly update?: { readonly url: string };
}

const base = 'http://127.0.0.1:8181';

/** Source: Lakekeeper documentation, 'Bootstrap' and 'Storage'. */
export function lakekeeperSetup(warehouses: readonly Warehouse[], store: ObjectStoreAccess): string {
  const requests: SetupRequest[] = [
    {
      url: `${base}/management/v1/bootstrap`,
      body: { 'accept-terms-of-use': true },
      unless: { url: `${base}/management/v1/info`, holds: '"bootstrapped":true' },
    },
    ...warehouses.map(({ name, bucket }) => ({
      url: `${base}/management/v1/warehouse`,
      body: {
        'warehouse-name': name,
        'storage-profile': {
          type: 's3',
          bucket,
          endpoint: store.endpoint,
          region: store.region,
          flavor: 's3-compat',
          // Metadata files may name s3a:// and s3n:// for the same bucket.
          'allow-alternative-protocols': true,
          'path-style-access': true,
          // Engines have their own keys; few OpenStack clouds offer STS.
          'sts-enabled': false,
        },
        'storage-credential': {
          type: 's3',
          'credential-type': 'access-key',
          'aws-access-key-id': '${AWS_ACCESS_KEY_ID}',
          'aws-secret-access-key': '${AWS_SECRET_ACCESS_KEY}',
        },
      },
      unless: { url: `${base}/management/v1/warehouse`, holds: `"name":${JSON.stringify(name)}` },
    })),
  ];
  return `${canonicalJson({ requests })}\n`;
}

/**
 * Tables are registered where their files are: in `tableBuckets`, beside the warehouse, in whatever folder.
 * Source: Apache Polaris 1.7, management API `createCatalog` and `updateCatalog`, and its catalog properties.
 */
export function polarisSetup(
  warehouses: readonly Warehouse[],
  tableBuckets: readonly string[],
  store: ObjectStoreAccess,
): string {
  const catalogs = `${base}/api/management/v1/catalogs`;
  const requests: SetupRequest[] = warehouses.map(({ name, bucket }) => ({
    url: catalogs,
    body: {
      catalog: {
        type: 'INTERNAL',
        name,
        properties: {
          'default-base-location': `s3://${bucket}/`,
          // By default a table must lie below the location of its namespace, which is in the warehouse.
          'polaris.config.allow.unstructured.table.location': 'true',
        },
        storageConfigInfo: {
          storageType: 'S3',
          allowedLocations: [...new Set([bucket, ...tableBuckets])].sort().map((each) => `s3://${each}/`),
          endpoint: store.endpoint,
          region: store.region,
          pathStyleAccess: true,
          stsUnavailable: true,
        },
      },
    },
    unless: { url: catalogs, holds: `"name":${JSON.stringify(name)}` },
    update: { url: `${catalogs}/${encodeURIComponent(name)}` },
  }));
  const token = {
    url: `${base}/api/catalog/v1/oauth/tokens`,
    form: {
      grant_type: 'client_credentials',
      client_id: 'root',
      client_secret: '${POLARIS_ROOT_SECRET}',
      scope: 'PRINCIPAL_ROLE:ALL',
    },
  };
  return `${canonicalJson({ requests, token })}\n`;
}
