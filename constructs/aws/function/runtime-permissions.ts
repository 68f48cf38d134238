import type { PolicyStatement } from '../policy/index.js';

/**
 * The permissions that Lambda and the encrypting services need in a function's role, besides those of its code. Source:
 * AWS Lambda Developer Guide, 'Working with Lambda environment variables in the execution role'.
 */
export function runtimePermissions({
  logGroupArn,
  keyArn,
  isInVpc,
}: {
  readonly logGroupArn: string;
  readonly keyArn: string;
  readonly isInVpc: boolean;
}): readonly PolicyStatement[] {
  return [
    {
      sid: 'RuntimeLogs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [`${logGroupArn}:*`],
    },
    { sid: 'RuntimeTraces', actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] },
    { sid: 'RuntimeKey', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [keyArn] },
    ...(isInVpc
      ? [
          {
            sid: 'RuntimeNetwork',
            actions: ['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface'],
            resources: ['*'],
          },
        ]
      : []),
  ];
}
