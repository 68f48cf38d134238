import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy/index.js';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js';
import { Construct } from 'constructs';
import { refuseWithoutTls, renderPolicy } from '../policy/index.js';
import type { PolicyStatement } from '../policy/index.js';

/** A private S3 bucket, encrypted with a key of the account, whose objects expire. */
export interface ProtectedBucketProps {
  /** Unique among all accounts. */
  readonly bucketName: string;
  readonly keyArn: string;
  readonly expireAfterDays: number;
  /** Keep the bucket when the stack is destroyed, and refuse to destroy it with objects in it. */
  readonly isProtected: boolean;
  /** Statements that let services write. Given the bucket's ARN. @default none */
  readonly writers?: (bucketArn: string) => readonly PolicyStatement[];
}

export class ProtectedBucket extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly policy: S3BucketPolicy;

  constructor(scope: Construct, id: string, props: ProtectedBucketProps) {
    super(scope, id);
    const { bucketName, keyArn, expireAfterDays, isProtected, writers = () => [] } = props;
    const resource = new S3Bucket(this, 'Resource', {
      bucket: bucketName,
      forceDestroy: !isProtected,
      ...(isProtected && { lifecycle: { preventDestroy: true } }),
    });
    const bucket = resource.id;
    new S3BucketServerSideEncryptionConfigurationA(this, 'Encryption', {
      bucket,
      rule: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn },
          bucketKeyEnabled: true,
        },
      ],
    });
    const publicAccess = new S3BucketPublicAccessBlock(this, 'PublicAccess', {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketLifecycleConfiguration(this, 'Lifecycle', {
      bucket,
      rule: [
        {
          id: `expire-after-${expireAfterDays}-days`,
          status: 'Enabled',
          filter: [{ prefix: '' }],
          expiration: [{ days: expireAfterDays }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
        },
      ],
    });
    this.policy = new S3BucketPolicy(this, 'Policy', {
      bucket,
      policy: renderPolicy([refuseWithoutTls('s3', [resource.arn, `${resource.arn}/*`]), ...writers(resource.arn)]),
      // S3 refuses two changes of a bucket at the same time.
      dependsOn: [publicAccess],
    });
    this.name = resource.bucket;
    this.arn = resource.arn;
  }
}
