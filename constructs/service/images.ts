/** Versions that the mapping's `target.versions` pins. */
export interface ImageVersions {
  readonly trino: string;
  readonly hiveMetastore: string;
  readonly postgresql: string;
}

/** The container images that machines pull, pinned by version, never `latest`. The mapping names the runners' own. */
export function images(versions: ImageVersions): Readonly<Record<ImageName, string>> {
  return {
    haproxy: 'docker.io/library/haproxy:3.0.5',
    hiveMetastore: `docker.io/apache/hive:${versions.hiveMetastore}`,
    lakekeeper: 'quay.io/lakekeeper/catalog:v0.10.0',
    // From 1.2 on, it works without STS; from 1.6 on, it registers a table anew over an older one.
    polaris: 'docker.io/apache/polaris:1.7.0',
    polarisAdmin: 'docker.io/apache/polaris-admin-tool:1.7.0',
    nodeExporter: 'quay.io/prometheus/node-exporter:v1.8.2',
    postgresql: `docker.io/library/postgres:${versions.postgresql}`,
    trino: `docker.io/trinodb/trino:${versions.trino}`,
  };
}

type ImageName =
  'haproxy' | 'hiveMetastore' | 'lakekeeper' | 'nodeExporter' | 'polaris' | 'polarisAdmin' | 'postgresql' | 'trino';
