import { Construct } from 'constructs';
import { Authority } from '../constructs/authority/index.js';
import { HiveMetastore } from '../constructs/hive-metastore/index.js';
import { IcebergRestCatalog } from '../constructs/iceberg-rest-catalog/index.js';
import { MigrationRunner } from '../constructs/migration-runner/index.js';
import { nodeExporter } from '../constructs/metrics/index.js';
import type { ObjectStoreAccess } from '../constructs/object-store/index.js';
import { Postgresql } from '../constructs/postgresql/index.js';
import { images } from '../constructs/service/index.js';
import type { Service } from '../constructs/service/index.js';
import { containerTrust, systemTrust, trustService } from '../constructs/trust/index.js';
import type { ContainerTrust } from '../constructs/trust/index.js';
import { TrinoGateway } from '../constructs/trino-gateway/index.js';
import { Trino } from '../constructs/trino/index.js';
import type { TrinoCatalog, TrinoProps } from '../constructs/trino/index.js';
import type { MachineName } from '../core/address-plan.js';
import { inPlaceCatalog } from '../core/helper-tables.js';
import {
  exchangeBuckets,
  hiveCatalogNames,
  hiveWarehouseBucket,
  icebergServers,
  icebergWarehouses,
} from '../core/lakehouse-names.js';
import type { Plan } from '../mappings/plan.js';
import type { LakehouseSize } from '../mappings/size-lakehouse.js';
import type { StoreCapability, Target } from '../mappings/template.js';
import { hostNameOf, machinesOf } from './machine-layout.js';
import type { MachineLayout } from './machine-layout.js';

export interface LakehouseServicesProps {
  readonly plan: Plan;
  readonly size: LakehouseSize;
  readonly layout: MachineLayout;
  readonly addressOf: (machine: MachineName) => string;
}

/** All services of the lakehouse, regardless of the machines that run them. */
export class LakehouseServices extends Construct {
  readonly trino: Trino;
  private readonly byName: ReadonlyMap<string, Service>;

  constructor(scope: Construct, id: string, props: LakehouseServicesProps) {
    super(scope, id);
    const { plan, layout, addressOf } = props;
    const { target } = plan;
    const images_ = images(target.versions, { mirror: target.mirrors?.containers, replaced: target.images });
    const trust = trustOf(target);
    const objectStore = objectStoreAccess(target);
    const server = icebergServers(target)[0];
    const hasHive = hiveCatalogNames(target).length > 0;

    const postgresql = new Postgresql(this, 'Postgresql', {
      name: target.name,
      image: images_.postgresql,
      host: layout.isReplicated ? hostNameOf(layout, layout.database) : 'database',
      primaryAddress: layout.isReplicated ? addressOf(layout.database) : undefined,
      databases: [
        ...(server === undefined ? [] : [server]),
        ...(hasHive ? ['metastore'] : []),
        ...(target.runner === null ? [] : [runnerDatabase]),
      ],
    });
    const metastore = hasHive
      ? new HiveMetastore(this, 'HiveMetastore', {
          image: images_.hiveMetastore,
          version: target.versions.hiveMetastore,
          hosts: hostsOf(layout, 'hive-metastore'),
          database: postgresql.connectionOf('metastore'),
          objectStore,
          warehouseBucket: hiveWarehouseBucket(target),
          trust,
          mavenUrl: target.mirrors?.maven,
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
            tableBuckets: plan.buckets.map(({ targetBucket }) => targetBucket),
            database: postgresql.connectionOf(server),
            objectStore,
            host: 'iceberg-catalog',
            trust,
          });
    const both = clusterProps(props, images_.trino, trinoCatalogs(plan, metastore, iceberg));
    this.trino = new Trino(this, 'Trino', {
      ...both,
      coordinatorAddress: addressOf(layout.coordinator),
      workers: props.size.workers,
      queryMemoryGb: props.size.queryMemoryGb,
      spillsToDisk: layout.groups.some(({ volume }) => volume === 'spill'),
    });
    const batch = this.createBatchCluster(props, both);
    const gateway =
      layout.batchCoordinator === null
        ? undefined
        : new TrinoGateway(this, 'TrinoGateway', {
            image: images_.haproxy,
            interactive: addressOf(layout.coordinator),
            batch: addressOf(layout.batchCoordinator),
          });
    const runner =
      target.runner === null
        ? undefined
        : new MigrationRunner(this, 'MigrationRunner', {
            ...target.runner,
            database: postgresql.connectionOf(runnerDatabase),
            trinoPassword: this.trino.migrationPassword,
            objectStore,
            trust,
          });
    const authority = new Authority(this, 'Authority', {
      name: target.name,
      hostNames: target.access.hostNames ?? [],
    });
    const others = [postgresql, metastore, iceberg, gateway, runner].flatMap((part) =>
      part === undefined ? [] : [part.service],
    );
    const services = [...authority.services, ...others];
    const exporter = nodeExporter(images_.nodeExporter);
    const nodes = [this.trino, batch].flatMap((trino) =>
      trino === undefined ? [] : [trino.coordinator, trino.worker],
    );
    const authorities = target.trust === undefined ? [] : [trustService(target.trust.authorities)];
    this.byName = new Map([...authorities, ...services, ...nodes, exporter].map((service) => [service.name, service]));
  }

  /** Those of the names that the plan needs, in the order given. */
  named(names: readonly string[]): readonly Service[] {
    return names.flatMap((name) => this.byName.get(name) ?? []);
  }

  /** The fault-tolerant cluster, where the layout has one. */
  private createBatchCluster(
    { plan, size, layout, addressOf }: LakehouseServicesProps,
    both: ClusterProps,
  ): Trino | undefined {
    if (layout.batchCoordinator === null) return undefined;
    return new Trino(this, 'TrinoBatch', {
      ...both,
      cluster: 'trino-batch',
      environment: `${both.environment}_batch`,
      coordinatorAddress: addressOf(layout.batchCoordinator),
      workers: size.batchWorkers,
      queryMemoryGb: size.batchQueryMemoryGb,
      exchangeBuckets: exchangeBuckets(plan.target),
      // A user who is routed to the other cluster has the same password there.
      adminPassword: this.trino.adminPassword,
      metricsPassword: this.trino.metricsPassword,
      migrationPassword: this.trino.migrationPassword,
    });
  }
}

/** And its owner. */
const runnerDatabase = 'migration';

type ClusterProps = Omit<TrinoProps, 'coordinatorAddress' | 'workers' | 'queryMemoryGb'>;

/** The properties that both clusters have in common. */
function clusterProps(
  { plan: { target, grants }, size }: LakehouseServicesProps,
  image: string,
  catalogs: Readonly<Record<string, TrinoCatalog>>,
): ClusterProps {
  const { access, name, sizing } = target;
  return {
    name,
    image,
    version: target.versions.trino,
    environment: name.replaceAll('-', '_'),
    heapPercent: size.heapPercent,
    queryMemoryPerNodeGb: sizing.queryMemoryPerNodeGb === 'auto' ? undefined : sizing.queryMemoryPerNodeGb,
    concurrentQueries: size.concurrentQueries,
    catalogs,
    objectStore: objectStoreAccess(target),
    access: { admins: access.admins, groups: access.groups, grants },
    usersSecret: access.usersSecret ?? undefined,
    oauth2: access.oauth2 ?? undefined,
    trust: trustOf(target),
  };
}

function trustOf({ trust }: Target): ContainerTrust {
  return trust === undefined ? systemTrust : containerTrust(trust.authorities);
}

/** Swift's S3 layer refuses trailing checksums and conditional puts, unless a probe found that this one supports them. */
function objectStoreAccess({ objectStore }: Target): ObjectStoreAccess {
  const { type, endpoint, region, credentialsSecret, capabilities = {} } = objectStore;
  const can = (capability: StoreCapability): boolean => capabilities[capability] ?? type !== 'swift';
  const [trailingChecksums, conditionalPut] = [can('trailingChecksums'), can('conditionalPut')];
  return { endpoint, region, credentialsSecret, trailingChecksums, conditionalPut };
}

function hostsOf(layout: MachineLayout, service: string): string[] {
  return layout.groups
    .filter(({ services }) => services.includes(service))
    .flatMap((group) => machinesOf(group).map((machine) => hostNameOf(layout, machine)));
}

function trinoCatalogs(
  { target, tables }: Plan,
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
  const isNeeded = tables.some(({ method }) => method === 'convert-in-place');
  const inPlace =
    metastore === undefined || !isNeeded
      ? []
      : [[inPlaceCatalog, { type: 'iceberg-in-hive', metastoreUris: metastore.uris }]];
  return Object.fromEntries([...hive, ...rest, ...inPlace]) as Record<string, TrinoCatalog>;
}
