import { Construct } from 'constructs';
import { HiveMetastore } from '../constructs/hive-metastore/index.js';
import { IcebergRestCatalog } from '../constructs/iceberg-rest-catalog/index.js';
import { MigrationRunner } from '../constructs/migration-runner/index.js';
import type { ObjectStoreClient } from '../constructs/object-store/index.js';
import { Postgresql } from '../constructs/postgresql/index.js';
import { manifestPrefix } from '../constructs/registration-manifest/index.js';
import { images } from '../constructs/service/index.js';
import type { Service } from '../constructs/service/index.js';
import { Trino, trinoPorts } from '../constructs/trino/index.js';
import type { TrinoCatalog } from '../constructs/trino/index.js';
import type { Plan } from '../mappings/plan.js';
import { hiveCatalogNames, hiveWarehouseBucket, icebergWarehouses, systemContainer } from './lakehouse-names.js';
import { icebergServers } from './lakehouse-rules.js';
import type { TrinoSize } from './size-trino.js';

export interface LakehouseServicesProps {
  readonly plan: Plan;
  readonly size: TrinoSize;
  readonly heapPercent: number;
  /** Addresses or names of the machines that run a Hive Metastore. */
  readonly metastoreHosts: readonly string[];
}

/** Every program of the lakehouse, whichever machines run them. */
export class LakehouseServices extends Construct {
  readonly trino: Trino;
  private readonly byName: ReadonlyMap<string, Service>;

  constructor(scope: Construct, id: string, props: LakehouseServicesProps) {
    super(scope, id);
    const { target } = props.plan;
    const images_ = images(target.versions);
    const store: ObjectStoreClient = target.objectStore;
    const server = icebergServers(props.plan)[0];
    const hasHive = hiveCatalogNames(target).length > 0;

    const postgresql = new Postgresql(this, 'Postgresql', {
      name: target.name,
      image: images_.postgresql,
      host: 'database',
      databases: [...(server === undefined ? [] : [server]), ...(hasHive ? ['metastore'] : [])],
    });
    const metastore = hasHive
      ? new HiveMetastore(this, 'HiveMetastore', {
          image: images_.hiveMetastore,
          hosts: props.metastoreHosts,
          database: postgresql.connectionOf('metastore'),
          objectStore: store,
          warehouseBucket: hiveWarehouseBucket(target),
        })
      : undefined;
    const iceberg =
      server === undefined
        ? undefined
        : new IcebergRestCatalog(this, 'IcebergRestCatalog', {
            name: target.name,
            server,
            image: images_[server],
            adminImage: images_.polarisAdmin,
            warehouses: icebergWarehouses(target),
            database: postgresql.connectionOf(server),
            objectStore: store,
            host: 'iceberg-catalog',
          });
    this.trino = new Trino(this, 'Trino', {
      name: target.name,
      image: images_.trino,
      environment: target.name.replaceAll('-', '_'),
      coordinatorHost: 'coordinator',
      workers: props.size.workers,
      heapPercent: props.heapPercent,
      queryMemoryGb: props.size.queryMemoryGb,
      catalogs: trinoCatalogs(props.plan, metastore, iceberg),
      objectStore: store,
      access: { ...target.access, grants: props.plan.grants },
    });
    const runner = new MigrationRunner(this, 'MigrationRunner', {
      trinoUrl: `https://coordinator:${trinoPorts.https}`,
      adminPassword: this.trino.adminPassword,
      manifestLocation: `${systemContainer(target)}/${manifestPrefix}`,
    });
    const services = [postgresql, metastore, iceberg, runner].flatMap((part) =>
      part === undefined ? [] : [part.service],
    );
    this.byName = new Map(
      [...services, this.trino.coordinator, this.trino.worker].map((service) => [service.name, service]),
    );
  }

  /** Those of the names that the plan needs, in the order given. */
  named(names: readonly string[]): readonly Service[] {
    return names.flatMap((name) => this.byName.get(name) ?? []);
  }
}

function trinoCatalogs(
  { target }: Plan,
  metastore: HiveMetastore | undefined,
  iceberg: IcebergRestCatalog | undefined,
): Record<string, TrinoCatalog> {
  const hive =
    metastore === undefined
      ? []
      : hiveCatalogNames(target).map((name) => [name, { type: 'hive', metastoreUris: metastore.uris }]);
  const rest =
    iceberg === undefined
      ? []
      : icebergWarehouses(target).map(({ name }) => [
          name,
          { type: 'iceberg', access: iceberg.access, warehouse: name },
        ]);
  return Object.fromEntries([...hive, ...rest]) as Record<string, TrinoCatalog>;
}
