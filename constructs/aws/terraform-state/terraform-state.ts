import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table/index.js';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning/index.js';
import { Construct } from 'constructs';

/** Storage of Terraform state: an S3 bucket and a lock table. Source: Terraform documentation, 'Backend Type: s3'. */
export interface TerraformStateProps {
  /** Unique among all accounts. */
  readonly bucketName: string;
  readonly lockTableName: string;
}

export class TerraformState extends Construct {
  constructor(scope: Construct, id: string, { bucketName, lockTableName }: TerraformStateProps) {
    super(scope, id);
    const { id: bucket } = new S3Bucket(this, 'Bucket', { bucket: bucketName, lifecycle: { preventDestroy: true } });
    new S3BucketVersioningA(this, 'Versioning', { bucket, versioningConfiguration: { status: 'Enabled' } });
    new S3BucketServerSideEncryptionConfigurationA(this, 'Encryption', {
      bucket,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
    });
    new S3BucketPublicAccessBlock(this, 'PublicAccess', {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new DynamodbTable(this, 'Locks', {
      name: lockTableName,
      billingMode: 'PAY_PER_REQUEST',
      hashKey: 'LockID',
      attribute: [{ name: 'LockID', type: 'S' }],
      lifecycle: { preventDestroy: true },
    });
  }
}
