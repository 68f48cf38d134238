import { TerraformStack } from 'cdktf';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { constructId } from '../constructs/common/index.js';
import { RgwBucket, SwiftContainer } from '../constructs/object-store/index.js';
import { RegistrationManifest } from '../constructs/registration-manifest/index.js';
import { ownBuckets, systemContainer } from '../core/lakehouse-names.js';
import type { Plan } from '../mappings/plan.js';
import { makeManifest, renderManifest } from '../registration/index.js';
import { applyTerraformSettings } from './terraform-settings.js';

/**
 * The resources that outlive every machine: the data's buckets, the warehouses, and the container of bundles and the
 * manifest.
 */
export class LakehouseStorageStack extends TerraformStack {
  constructor(scope: Construct, id: string, plan: Plan) {
    super(scope, id);
    const { target } = plan;
    applyTerraformSettings(this, target);
    const Bucket = target.objectStore.type === 'swift' ? SwiftContainer : RgwBucket;
    // A warehouse may be a bucket of the source.
    const mapped = new Set(plan.buckets.map(({ targetBucket }) => targetBucket));
    const own = new Map(
      ownBuckets(target).flatMap((each) => (mapped.has(each.bucket) ? [] : [[each.bucket, each] as const])),
    );
    const create = (containerName: string, after: readonly ITerraformDependable[]): ITerraformDependable => {
      const { setting = '', isScratch = false } = own.get(containerName) ?? {};
      const props = { containerName, nameSetting: setting, isScratch, after };
      return new Bucket(this, constructId(`own:${containerName}`), props).created;
    };
    // A project's first request creates its account in RGW, which makes concurrent requests fail.
    const first = create(systemContainer(target), []);
    for (const name of own.keys()) if (name !== systemContainer(target)) create(name, [first]);
    for (const { key, targetBucket, versioning } of plan.buckets) {
      new Bucket(this, constructId(key), { containerName: targetBucket, versioning, after: [first] });
    }
    new RegistrationManifest(this, 'RegistrationManifest', {
      containerName: systemContainer(target),
      container: first,
      files: renderManifest(makeManifest(plan)),
    });
  }
}
