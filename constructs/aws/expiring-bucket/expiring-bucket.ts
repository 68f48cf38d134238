import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js';
import { Construct } from 'constructs';

/** A disposable S3 bucket: its objects expire after some days, and it is destroyed with its contents. */
export interface ExpiringBucketProps {
  /** Unique among all accounts. */
  readonly bucketName: string;
  readonly expireAfterDays: number;
}

export class ExpiringBucket extends Construct {
  readonly resource: S3Bucket;

  constructor(scope: Construct, id: string, { bucketName, expireAfterDays }: ExpiringBucketProps) {
    super(scope, id);
    this.resource = new S3Bucket(this, 'Resource', { bucket: bucketName, forceDestroy: true });
    new S3BucketLifecycleConfiguration(this, 'Lifecycle', {
      bucket: this.resource.id,
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
  }
}
