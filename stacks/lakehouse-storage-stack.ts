import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { constructId } from '../constructs/common/index.js';
import { RgwBucket, SwiftContainer } from '../constructs/object-store/index.js';
import { RegistrationManifest } from '../constructs/registration-manifest/index.js';
import type { Plan } from '../mappings/plan.js';
import { hiveCatalogNames, hiveWarehouseBucket, icebergWarehouses, systemContainer } from './lakehouse-names.js';
import { applyTerraformSettings } from './terraform-settings.js';

/** What outlives every machine: the data's buckets, the warehouses, and the container of bundles and the manifest. */
export class LakehouseStorageStack extends TerraformStack {
  constructor(scope: Construct, id: string, plan: Plan) {
    super(scope, id);
    const { target } = plan;
    applyTerraformSettings(this, target);
    const Bucket = target.objectStore.type === 'swift' ? SwiftContainer : RgwBucket;
    const made = new Set<string>();
    const make = (key: string, containerName: string, versioning?: 'on' | 'off' | 'keep'): void => {
      // Several source buckets, or two warehouses, may share one at the target; the first makes it.
      if (made.has(containerName)) return;
      made.add(containerName);
      new Bucket(this, constructId(key), { containerName, ...(versioning && { versioning }) });
    };
    for (const { key, targetBucket, versioning } of plan.buckets) make(key, targetBucket, versioning);
    for (const name of ownBuckets(plan)) make(`own:${name}`, name);
    new RegistrationManifest(this, 'RegistrationManifest', {
      containerName: systemContainer(target),
      catalogs: target.catalogs,
      databases: plan.databases,
      tables: plan.tables,
      buckets: new Map(plan.buckets.map(({ sourceBucket, targetBucket }) => [sourceBucket, targetBucket])),
    });
  }
}

function ownBuckets({ target }: Plan): string[] {
  return [
    systemContainer(target),
    ...icebergWarehouses(target).map(({ bucket }) => bucket),
    ...(hiveCatalogNames(target).length > 0 ? [hiveWarehouseBucket(target)] : []),
  ];
}
