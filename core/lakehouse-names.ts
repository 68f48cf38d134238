/** The parts of the names: settings of the mapping's target. */
interface Lakehouse {
  readonly name: string;
  readonly topology: 'small' | 'standard' | 'ha';
  readonly catalogs: Readonly<Record<string, Catalog>>;
}

type Catalog =
  | { readonly type: 'iceberg-rest'; readonly server: 'lakekeeper' | 'polaris'; readonly warehouse: string }
  | { readonly type: 'hive-metastore' };

/** Names that both stacks use to refer to each other's resources, so that each can be planned without the other's state. */
export function systemContainer({ name }: Pick<Lakehouse, 'name'>): string {
  return `${name}-system`;
}

/** Holds the Hive Metastore's schemas that have no location of their own. */
export function hiveWarehouseBucket({ name }: Pick<Lakehouse, 'name'>): string {
  return `${name}-hive-warehouse`;
}

/** The stages of a fault-tolerant cluster exchange data through two buckets, so that the limits of one matter less. */
export function exchangeBuckets({ name, topology }: Lakehouse): readonly string[] {
  return topology === 'ha' ? [`${name}-exchange-1`, `${name}-exchange-2`] : [];
}

/** The Iceberg warehouses: name of the catalog, and its bucket. Sorted by name. */
export function icebergWarehouses({
  catalogs,
}: Pick<Lakehouse, 'catalogs'>): readonly { readonly name: string; readonly bucket: string }[] {
  return Object.keys(catalogs)
    .sort()
    .flatMap((name) => {
      const catalog = catalogs[name];
      return catalog?.type === 'iceberg-rest' ? [{ name, bucket: catalog.warehouse }] : [];
    });
}

export function hiveCatalogNames({ catalogs }: Pick<Lakehouse, 'catalogs'>): readonly string[] {
  return Object.keys(catalogs)
    .filter((name) => catalogs[name]?.type === 'hive-metastore')
    .sort();
}

/** The servers of the lakehouse's Iceberg catalogs, sorted; a target has at most one. */
export function icebergServers({ catalogs }: Pick<Lakehouse, 'catalogs'>): readonly ('lakekeeper' | 'polaris')[] {
  const servers = Object.values(catalogs).flatMap((catalog) =>
    catalog.type === 'iceberg-rest' ? [catalog.server] : [],
  );
  return [...new Set(servers)].sort();
}

/** A bucket that the lakehouse keeps for itself. */
export interface OwnBucket {
  readonly bucket: string;
  /** Its purpose, for people. */
  readonly use: string;
  readonly isWarehouse: boolean;
  /** Whether its content may be lost. */
  readonly isScratch: boolean;
  /** Where the mapping names it. */
  readonly setting: string;
}

export function ownBuckets(target: Lakehouse): readonly OwnBucket[] {
  const named = { isWarehouse: false, isScratch: false, setting: 'target.name' };
  return [
    // Bundles, the manifest and the machines' reports: all of them can be regenerated.
    { bucket: systemContainer(target), use: 'the system container', ...named, isScratch: true },
    ...icebergWarehouses(target).map(({ name, bucket }) => ({
      bucket,
      use: `the warehouse of catalog '${name}'`,
      isWarehouse: true,
      isScratch: false,
      setting: `target.catalogs.${name}.warehouse`,
    })),
    ...(hiveCatalogNames(target).length > 0
      ? [{ bucket: hiveWarehouseBucket(target), use: 'the Hive warehouse', ...named }]
      : []),
    ...exchangeBuckets(target).map((bucket) => ({
      bucket,
      use: 'a bucket of the fault-tolerant cluster',
      ...named,
      isScratch: true,
    })),
  ];
}
