import type { Target } from '../mappings/template.js';

/** Names that both stacks use. They address each other's things by name: each can be planned without the other's state. */
export function systemContainer({ name }: Target): string {
  return `${name}-system`;
}

/** Schemas of the Hive Metastore without a location of their own lie here. */
export function hiveWarehouseBucket({ name }: Target): string {
  return `${name}-hive-warehouse`;
}

/** The Iceberg warehouses: name of the catalog, and its bucket. Sorted by name. */
export function icebergWarehouses({ catalogs }: Target): readonly { readonly name: string; readonly bucket: string }[] {
  return Object.keys(catalogs)
    .sort()
    .flatMap((name) => {
      const catalog = catalogs[name];
      return catalog?.type === 'iceberg-rest' ? [{ name, bucket: catalog.warehouse }] : [];
    });
}

export function hiveCatalogNames({ catalogs }: Target): readonly string[] {
  return Object.keys(catalogs)
    .filter((name) => catalogs[name]?.type === 'hive-metastore')
    .sort();
}

/** A bucket that the lakehouse keeps for itself. */
interface OwnBucket {
  readonly bucket: string;
  /** What it is, for people. */
  readonly use: string;
  readonly isWarehouse: boolean;
  /** Where the mapping names it. */
  readonly setting: string;
}

export function ownBuckets(target: Target): readonly OwnBucket[] {
  const named = { isWarehouse: false, setting: 'target.name' };
  return [
    { bucket: systemContainer(target), use: 'the system container', ...named },
    ...icebergWarehouses(target).map(({ name, bucket }) => ({
      bucket,
      use: `the warehouse of catalog '${name}'`,
      isWarehouse: true,
      setting: `target.catalogs.${name}.warehouse`,
    })),
    ...(hiveCatalogNames(target).length > 0
      ? [{ bucket: hiveWarehouseBucket(target), use: 'the Hive warehouse', ...named }]
      : []),
  ];
}
