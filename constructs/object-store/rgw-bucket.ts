import { ObjectstorageContainerV1 } from '@cdktf/provider-openstack/lib/objectstorage-container-v1';
import { Annotations } from 'cdktf';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { requireValid } from '../common/rules.js';
import { s3NameRules } from './bucket-name-rules.js';
import type { SwiftContainerProps } from './swift-container.js';

/**
 * A Ceph RGW bucket, created through RGW's Swift API; it has the same name in S3. RGW's Swift API cannot enable S3
 * versioning, and Swift's naming rules do not matter: S3's are stricter. Source: Ceph Object Gateway, Swift API.
 */
export class RgwBucket extends Construct {
  readonly created: ITerraformDependable;

  constructor(scope: Construct, id: string, props: SwiftContainerProps) {
    super(scope, id);
    requireValid(this, s3NameRules, props);
    const { containerName, versioning, after = [], isScratch = false } = props;
    this.created = new ObjectstorageContainerV1(this, 'Resource', {
      name: containerName,
      ...(after.length > 0 && { dependsOn: [...after] }),
      ...(isScratch ? { forceDestroy: true } : { lifecycle: { preventDestroy: true } }),
    });
    if (versioning === 'on') {
      Annotations.of(this).addWarning(
        `RGW supports versioning only through S3: run \`aws s3api put-bucket-versioning --bucket ${containerName} --versioning-configuration Status=Enabled\` with RGW's endpoint before the copy.`,
      );
    }
  }
}
