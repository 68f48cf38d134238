import { ObjectstorageContainerV1 } from '@cdktf/provider-openstack/lib/objectstorage-container-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { requireValid } from '../common/rules.js';
import { s3NameRules, swiftNameRules } from './bucket-name-rules.js';

/** A Swift container that replaces one S3 bucket. Source: OpenStack Object Storage API v1. */
export interface SwiftContainerProps {
  /** Unique in the project. An S3 bucket name, because the data is read through S3. */
  readonly containerName: string;
  /**
   * The setting of the mapping that names it, such as `target.name`, for the fix of an invalid name.
   * @default the rule that maps the source bucket
   */
  readonly nameSetting?: string;
  /**
   * `on` keeps every version of every object. `keep` means as in the source: the Glue catalog does not know, so the
   * container starts without versioning and Terraform does not change what the copy job sets.
   * @default 'off'
   */
  readonly versioning?: 'on' | 'off' | 'keep';
  /**
   * Whether its contents are disposable: it can then be destroyed with them.
   * @default false
   */
  readonly isScratch?: boolean;
  /**
   * The resources that must exist before it.
   * @default nothing
   */
  readonly after?: readonly ITerraformDependable[];
}

export class SwiftContainer extends Construct {
  readonly created: ITerraformDependable;

  constructor(scope: Construct, id: string, props: SwiftContainerProps) {
    super(scope, id);
    requireValid(this, containerRules, props);
    const { containerName, versioning = 'off', after = [], isScratch = false } = props;
    this.created = new ObjectstorageContainerV1(this, 'Resource', {
      name: containerName,
      versioning: versioning === 'on',
      ...(after.length > 0 && { dependsOn: [...after] }),
      ...(isScratch
        ? { forceDestroy: true }
        : { lifecycle: { preventDestroy: true, ...(versioning === 'keep' && { ignoreChanges: ['versioning'] }) } }),
    });
  }
}

const containerRules = [...swiftNameRules, ...s3NameRules];
