import { ObjectstorageObjectV1 } from '@cdktf/provider-openstack/lib/objectstorage-object-v1';
import type { ITerraformDependable, TerraformResourceLifecycle } from 'cdktf';
import { Construct } from 'constructs';
import { createHash } from 'node:crypto';
import { sha256 } from '../../core/canonical-json.js';
import { writeBesideTerraform } from '../common/index.js';

export interface UploadedFileProps {
  readonly containerName: string;
  readonly objectName: string;
  readonly contentType: string;
  readonly content: string | Uint8Array;
  /** Where it is written, relative to the folder of the stack's `cdk.tf.json`, where Terraform runs. */
  readonly file: string;
  readonly lifecycle?: TerraformResourceLifecycle;
  /**
   * The resources that must exist before it: its container, if the same stack creates it.
   * @default nothing
   */
  readonly after?: readonly ITerraformDependable[];
}

/**
 * A file next to the Terraform and the object that it is uploaded to. Its MD5 is the object's `etag`, so changed content
 * shows in Terraform's plan. cdktf's own TerraformAsset only copies files that exist before the synth.
 */
export class UploadedFile extends Construct {
  readonly object: ObjectstorageObjectV1;
  readonly sha256: string;

  constructor(scope: Construct, id: string, props: UploadedFileProps) {
    super(scope, id);
    const { containerName, objectName, contentType, content, file, lifecycle, after = [] } = props;
    this.sha256 = sha256(content);
    this.object = new ObjectstorageObjectV1(this, 'Resource', {
      containerName,
      name: objectName,
      contentType,
      source: file,
      etag: createHash('md5').update(content).digest('hex'),
      metadata: { sha256: this.sha256 },
      ...(after.length > 0 && { dependsOn: [...after] }),
      ...(lifecycle && { lifecycle }),
    });
    writeBesideTerraform(this, { [file]: content });
  }
}
