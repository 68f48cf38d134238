/** What the names are made of: a part of the mapping's target. */
interface Lakehouse {
  readonly name: string;
  readonly topology: 'small' | 'standard' | 'ha';
  readonly catalogs: Readonly<Record<string, Catalog>>;
}

type Catalog =
  | { readonly type: 'iceberg-rest'; readonly server: 'lakekeeper' | 'polaris'; readonly warehouse: string }
  | { readonly type: 'hive-metastore' };

/** Names that both stacks use. They address each other's things by name: each can be planned without the other's state. */
export function systemContainer({ name }: Pick<Lakehouse, 'name'>): string {
  return `${name}-system`;
}

/** Schemas of the Hive Metastore without a location of their own lie here. */
export function hiveWarehouseBucket({ name }: Pick<Lakehouse, 'name'>): string {
  return `${name}-hive-warehouse`;
}

/** What the stages of a fault-tolerant cluster exchange lies in two, so that one store's limits hold less. */
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

/** What the Iceberg catalogs of the lakehouse run on, sorted; a target has one at most. */
export function icebergServers({ catalogs }: Pick<Lakehouse, 'catalogs'>): readonly ('lakekeeper' | 'polaris')[] {
  const servers = Object.values(catalogs).flatMap((catalog) =>
    catalog.type === 'iceberg-rest' ? [catalog.server] : [],
  );
  return [...new Set(servers)].sort();
}

/** A bucket that the lakehouse keeps for itself. */
export interface OwnBucket {
  readonly bucket: string;
  /** What it is, for people. */
  readonly use: string;
  readonly isWarehouse: boolean;
  /** Nothing in it is missed. */
  readonly isScratch: boolean;
  /** Where the mapping names it. */
  readonly setting: string;
}

export function ownBuckets(target: Lakehouse): readonly OwnBucket[] {
  const named = { isWarehouse: false, isScratch: false, setting: 'target.name' };
  return [
    // Bundles, the manifest and what machines say of themselves: all of it is made anew.
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
