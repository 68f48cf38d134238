/** Versions that the mapping's `target.versions` pins. */
export interface ImageVersions {
  readonly trino: string;
  readonly hiveMetastore: string;
  readonly postgresql: string;
}

/** Every container image that machines pull, in one place. All by version, none by `latest`. */
export function images(versions: ImageVersions): Readonly<Record<ImageName, string>> {
  return {
    haproxy: 'docker.io/library/haproxy:3.0.5',
    hiveMetastore: `docker.io/apache/hive:${versions.hiveMetastore}`,
    lakekeeper: 'quay.io/lakekeeper/catalog:v0.10.0',
    polaris: 'docker.io/apache/polaris:1.1.0-incubating',
    polarisAdmin: 'docker.io/apache/polaris-admin-tool:1.1.0-incubating',
    postgresql: `docker.io/library/postgres:${versions.postgresql}`,
    trino: `docker.io/trinodb/trino:${versions.trino}`,
  };
}

type ImageName = 'haproxy' | 'hiveMetastore' | 'lakekeeper' | 'polaris' | 'polarisAdmin' | 'postgresql' | 'trino';
