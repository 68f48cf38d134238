/** Versions that the mapping's `target.versions` pins. */
export interface ImageVersions {
  readonly trino: string;
  readonly hiveMetastore: string;
  readonly postgresql: string;
}

/** Where images come from, other than their public registries. */
interface ImageOrigins {
  /** Registry, and folder in it, in place of the public registry of every image. */
  readonly mirror?: string | undefined;
  /** Complete references that replace single images. */
  readonly replaced?: Readonly<Partial<Record<ImageName, string>>> | undefined;
}

/** The container images that machines pull, pinned by version, never `latest`. The mapping names the runners' own. */
export function images(
  versions: ImageVersions,
  { mirror, replaced = {} }: ImageOrigins = {},
): Readonly<Record<ImageName, string>> {
  const own: Record<ImageName, string> = {
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
  const mirrored = Object.entries(own).map(([name, image]) => [
    name,
    mirror === undefined ? image : image.replace(/^[^/]+/, mirror),
  ]);
  return { ...(Object.fromEntries(mirrored) as Record<ImageName, string>), ...replaced };
}

type ImageName =
  'haproxy' | 'hiveMetastore' | 'lakekeeper' | 'nodeExporter' | 'polaris' | 'polarisAdmin' | 'postgresql' | 'trino';
