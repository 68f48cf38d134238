import { ObjectstorageContainerV1 } from '@cdktf/provider-openstack/lib/objectstorage-container-v1';
import { Annotations } from 'cdktf';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { requireValid } from '../common/rules.js';
import { s3NameRules } from './bucket-name-rules.js';
import type { SwiftContainerProps } from './swift-container.js';

/**
 * A Ceph RGW bucket, made by RGW's Swift API; by S3 it is seen under the same name. RGW's Swift API cannot switch S3
 * versioning, and Swift's own naming rules do not bind it: S3's are narrower. Source: Ceph Object Gateway, Swift API.
 */
export class RgwBucket extends Construct {
  readonly created: ITerraformDependable;

  constructor(scope: Construct, id: string, props: SwiftContainerProps) {
    super(scope, id);
    requireValid(this, s3NameRules, props);
    const { containerName, versioning, disposable = false, after = [] } = props;
    this.created = new ObjectstorageContainerV1(this, 'Resource', {
      name: containerName,
      ...(disposable && { forceDestroy: true }),
      ...(after.length > 0 && { dependsOn: [...after] }),
      lifecycle: { preventDestroy: true },
    });
    if (versioning === 'on') {
      Annotations.of(this).addWarning(
        `RGW has versioning by S3 only: run \`aws s3api put-bucket-versioning --bucket ${containerName} --versioning-configuration Status=Enabled\` with RGW's endpoint before the copy.`,
      );
    }
  }
}
