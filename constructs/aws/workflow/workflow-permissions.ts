import type { PolicyStatement } from '../policy/index.js';

/** Source: AWS Step Functions Developer Guide, 'IAM policies for integrated services', 'Logging', 'X-Ray'. */
export function workflowPermissions({
  functionArns,
  keyArn,
}: {
  readonly functionArns: readonly string[];
  readonly keyArn: string;
}): readonly PolicyStatement[] {
  return [
    { sid: 'Functions', actions: ['lambda:InvokeFunction'], resources: functionArns },
    {
      sid: 'LogDelivery',
      // None of these actions knows a resource.
      actions: [
        'logs:CreateLogDelivery',
        'logs:GetLogDelivery',
        'logs:UpdateLogDelivery',
        'logs:DeleteLogDelivery',
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:DescribeResourcePolicies',
        'logs:DescribeLogGroups',
      ],
      resources: ['*'],
    },
    {
      sid: 'Traces',
      actions: [
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
      ],
      resources: ['*'],
    },
    { sid: 'Key', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [keyArn] },
  ];
}
