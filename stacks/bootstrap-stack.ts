import { LocalBackend, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { TerraformState } from '../constructs/aws/terraform-state/index.js';
import { useAws } from './aws-settings.js';
import type { TerraformStateLocation } from './test-env-stack.js';

/** The permanent storage of the test environment's state. Its own state is local, because no other place exists yet. */
export class BootstrapStack extends TerraformStack {
  constructor(scope: Construct, id: string, { bucket, lockTable, region }: TerraformStateLocation) {
    super(scope, id);
    useAws(this, region, { Project: 'aws2openstack', Component: 'terraform-state', Lifecycle: 'permanent' });
    new LocalBackend(this, { path: `../../../terraform.${id}.tfstate` });
    new TerraformState(this, 'State', { bucketName: bucket, lockTableName: lockTable });
  }
}
