import { Cloudtrail } from '@cdktf/provider-aws/lib/cloudtrail/index.js';
import { Construct } from 'constructs';
import { ProtectedBucket } from '../protected-bucket/index.js';

/** A CloudTrail of management events and of the data events of a table and a bucket. Source: AWS CloudTrail User Guide. */
export interface AuditTrailProps {
  readonly name: string;
  /** Unique among all accounts. */
  readonly bucketName: string;
  readonly tableArn: string;
  readonly dataBucketArn: string;
  readonly keyArn: string;
  readonly accountId: string;
  readonly region: string;
  readonly keepDays: number;
  readonly isProtected: boolean;
}

export class AuditTrail extends Construct {
  constructor(scope: Construct, id: string, props: AuditTrailProps) {
    super(scope, id);
    const { name, accountId, region } = props;
    const trailArn = `arn:aws:cloudtrail:${region}:${accountId}:trail/${name}`;
    const ofTrail = { StringEquals: { 'aws:SourceArn': trailArn } };
    const service = { Service: ['cloudtrail.amazonaws.com'] };
    const bucket = new ProtectedBucket(this, 'Bucket', {
      bucketName: props.bucketName,
      keyArn: props.keyArn,
      expireAfterDays: props.keepDays,
      isProtected: props.isProtected,
      writers: (arn) => [
        {
          sid: 'TrailReadsAcl',
          principals: service,
          actions: ['s3:GetBucketAcl'],
          resources: [arn],
          conditions: ofTrail,
        },
        {
          sid: 'TrailWrites',
          principals: service,
          actions: ['s3:PutObject'],
          resources: [`${arn}/AWSLogs/${accountId}/*`],
          conditions: { StringEquals: { ...ofTrail.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' } },
        },
      ],
    });
    new Cloudtrail(this, 'Resource', {
      name,
      s3BucketName: bucket.name,
      kmsKeyId: props.keyArn,
      enableLogFileValidation: true,
      includeGlobalServiceEvents: true,
      isMultiRegionTrail: false,
      advancedEventSelector: [
        { name: 'Management events', fieldSelector: [{ field: 'eventCategory', equalTo: ['Management'] }] },
        dataEvents('Records of machines', 'AWS::DynamoDB::Table', props.tableArn),
        dataEvents('Details of machines', 'AWS::S3::Object', `${props.dataBucketArn}/`),
      ],
      dependsOn: [bucket.policy],
    });
  }
}

function dataEvents(
  name: string,
  type: string,
  arn: string,
): { name: string; fieldSelector: { field: string; equalTo?: string[]; startsWith?: string[] }[] } {
  return {
    name,
    fieldSelector: [
      { field: 'eventCategory', equalTo: ['Data'] },
      { field: 'resources.type', equalTo: [type] },
      { field: 'resources.ARN', startsWith: [arn] },
    ],
  };
}
