import type { PolicyStatement } from '../../constructs/aws/policy/index.js';
import type { WaveNames } from './names.js';
import type { StateSettings } from './settings.js';

export interface DeployedPlace {
  readonly names: WaveNames;
  readonly accountId: string;
  readonly region: string;
  readonly state: StateSettings | undefined;
}

/**
 * The permissions to deploy an environment, by policy: by name where an action knows the resource, so that the role
 * reaches nothing else. It makes roles with the boundary only. Source: Service Authorization Reference.
 */
export function deployerPermissions(place: DeployedPlace): Readonly<Record<string, readonly PolicyStatement[]>> {
  return { data: dataPermissions(place), compute: computePermissions(place), access: accessPermissions(place) };
}

/** The most that a role of the stack can do, whatever its policy says. */
export function boundaryPermissions({ names, accountId, region }: DeployedPlace): readonly PolicyStatement[] {
  return [
    {
      sid: 'Waves',
      actions: [
        'dynamodb:*Item',
        'dynamodb:Query',
        'events:PutEvents',
        'lambda:InvokeFunction',
        's3:GetObject',
        's3:PutObject',
        'secretsmanager:GetSecretValue',
        'sqs:ChangeMessageVisibility',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:ReceiveMessage',
        'sqs:SendMessage',
        'states:StartExecution',
      ],
      resources: [
        `arn:aws:dynamodb:${region}:${accountId}:table/${names.prefix}-*`,
        `arn:aws:events:${region}:${accountId}:event-bus/${names.bus}`,
        `arn:aws:lambda:${region}:${accountId}:function:${names.prefix}-*`,
        `arn:aws:s3:::${names.prefix}-*`,
        `arn:aws:secretsmanager:${region}:${accountId}:secret:${names.prefix}/*`,
        `arn:aws:sqs:${region}:${accountId}:${names.prefix}-*`,
        `arn:aws:states:${region}:${accountId}:stateMachine:${names.prefix}`,
      ],
    },
    {
      sid: 'Services',
      // Of MGN, EC2, DNS and the services behind logs, traces and keys; the roles' own policies say on what.
      actions: [
        'mgn:*',
        'ec2:*',
        'iam:PassRole',
        'kms:Decrypt',
        'kms:GenerateDataKey',
        'logs:*',
        'route53:ChangeResourceRecordSets',
        'route53:GetChange',
        'route53:ListResourceRecordSets',
        'xray:*',
      ],
      resources: ['*'],
    },
  ];
}

function dataPermissions({ names, accountId, region, state }: DeployedPlace): readonly PolicyStatement[] {
  const { prefix } = names;
  return [
    ...(state === undefined ? [] : stateAccess(state, names.prefix, accountId, region)),
    {
      sid: 'Stores',
      actions: ['dynamodb:*', 's3:*', 'secretsmanager:*', 'sqs:*', 'sns:*'],
      resources: [
        `arn:aws:dynamodb:${region}:${accountId}:table/${prefix}-*`,
        `arn:aws:s3:::${prefix}-*`,
        `arn:aws:secretsmanager:${region}:${accountId}:secret:${prefix}/*`,
        `arn:aws:sqs:${region}:${accountId}:${prefix}-*`,
        `arn:aws:sns:${region}:${accountId}:${prefix}-*`,
      ],
    },
    {
      sid: 'SecretsStayUnread',
      effect: 'Deny',
      actions: ['secretsmanager:GetSecretValue'],
      resources: ['*'],
    },
    {
      sid: 'Trail',
      actions: ['cloudtrail:*'],
      resources: [`arn:aws:cloudtrail:${region}:${accountId}:trail/${prefix}`],
    },
    {
      sid: 'NewKeys',
      // A key has no name before it is made; it is made with the tags of the stack.
      actions: ['kms:CreateKey', 'kms:TagResource'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:RequestTag/Component': 'waves' } },
    },
    {
      sid: 'OwnKeys',
      actions: ['kms:*'],
      resources: [`arn:aws:kms:${region}:${accountId}:key/*`],
      conditions: { StringEquals: { 'aws:ResourceTag/Component': 'waves' } },
    },
    {
      sid: 'Aliases',
      actions: ['kms:CreateAlias', 'kms:DeleteAlias', 'kms:UpdateAlias'],
      resources: [`arn:aws:kms:${region}:${accountId}:alias/${prefix}`, `arn:aws:kms:${region}:${accountId}:key/*`],
    },
  ];
}

function stateAccess(
  { bucket, lockTable, region: ofBucket }: StateSettings,
  prefix: string,
  accountId: string,
  region: string,
): readonly PolicyStatement[] {
  // Keys are `<name>/<stack>/…`; the stack that makes this role is an administrator's.
  const [name, environment] = [prefix.replace(/-waves-[a-z]+$/, ''), prefix.replace(/^.*-waves-/, '')];
  return [
    { sid: 'StateList', actions: ['s3:ListBucket'], resources: [`arn:aws:s3:::${bucket}`] },
    {
      sid: 'State',
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      resources: [`arn:aws:s3:::${bucket}/${name}/waves-${environment}/*`],
    },
    ...(lockTable === undefined
      ? []
      : [
          {
            sid: 'Locks',
            actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:DescribeTable'],
            resources: [`arn:aws:dynamodb:${ofBucket ?? region}:${accountId}:table/${lockTable}`],
          },
        ]),
  ];
}

function computePermissions({ names, accountId, region }: DeployedPlace): readonly PolicyStatement[] {
  const { prefix, bus } = names;
  return [
    {
      sid: 'Compute',
      actions: ['lambda:*', 'states:*', 'events:*', 'logs:*', 'cloudwatch:*'],
      resources: [
        `arn:aws:lambda:${region}:${accountId}:function:${prefix}-*`,
        `arn:aws:states:${region}:${accountId}:stateMachine:${prefix}`,
        `arn:aws:events:${region}:${accountId}:event-bus/${bus}`,
        `arn:aws:events:${region}:${accountId}:rule/${bus}/${prefix}-*`,
        `arn:aws:events:${region}:${accountId}:archive/${prefix}-*`,
        `arn:aws:logs:${region}:${accountId}:log-group:/aws/lambda/${prefix}-*`,
        `arn:aws:logs:${region}:${accountId}:log-group:/aws/vendedlogs/states/${prefix}*`,
        `arn:aws:logs:${region}:${accountId}:log-group:/aws/apigateway/${prefix}*`,
        `arn:aws:cloudwatch:${region}:${accountId}:alarm:${prefix}-*`,
        `arn:aws:cloudwatch::${accountId}:dashboard/${prefix}`,
      ],
    },
    {
      sid: 'Lists',
      actions: [
        'cloudtrail:DescribeTrails',
        'cloudwatch:DescribeAlarms',
        'ec2:Describe*',
        'events:ListRules',
        'kms:ListAliases',
        'lambda:CreateEventSourceMapping',
        'lambda:GetEventSourceMapping',
        'lambda:ListEventSourceMappings',
        'lambda:ListTags',
        'lambda:TagResource',
        'logs:CreateLogDelivery',
        'logs:DeleteLogDelivery',
        'logs:DescribeLogGroups',
        'logs:DescribeResourcePolicies',
        'logs:GetLogDelivery',
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:UpdateLogDelivery',
        'sns:GetSubscriptionAttributes',
        'sns:Unsubscribe',
        'states:ValidateStateMachineDefinition',
      ],
      resources: ['*'],
    },
    {
      sid: 'Pollers',
      actions: ['lambda:DeleteEventSourceMapping', 'lambda:UpdateEventSourceMapping'],
      resources: [`arn:aws:lambda:${region}:${accountId}:event-source-mapping:*`],
      conditions: { ArnLike: { 'lambda:FunctionArn': `arn:aws:lambda:${region}:${accountId}:function:${prefix}-*` } },
    },
    {
      sid: 'Api',
      actions: ['apigateway:GET', 'apigateway:POST', 'apigateway:PATCH', 'apigateway:PUT', 'apigateway:DELETE'],
      resources: [
        `arn:aws:apigateway:${region}::/apis`,
        `arn:aws:apigateway:${region}::/apis/*`,
        `arn:aws:apigateway:${region}::/tags/*`,
      ],
    },
    {
      sid: 'NewNetwork',
      actions: ['ec2:Create*'],
      resources: [`arn:aws:ec2:${region}:${accountId}:*`],
      conditions: { StringEquals: { 'aws:RequestedRegion': region } },
    },
    {
      sid: 'OwnNetwork',
      actions: ['ec2:Delete*', 'ec2:Modify*', 'ec2:Associate*', 'ec2:Disassociate*', 'ec2:Authorize*', 'ec2:Revoke*'],
      resources: [`arn:aws:ec2:${region}:${accountId}:*`],
      conditions: { StringEquals: { 'aws:ResourceTag/Component': 'waves' } },
    },
  ];
}

function accessPermissions({ names, accountId }: DeployedPlace): readonly PolicyStatement[] {
  const roles = [`arn:aws:iam::${accountId}:role/${names.prefix}-*`];
  const boundary = `arn:aws:iam::${accountId}:policy/${names.boundary}`;
  return [
    {
      sid: 'BoundedRoles',
      actions: ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:AttachRolePolicy', 'iam:PutRolePermissionsBoundary'],
      resources: roles,
      conditions: { StringEquals: { 'iam:PermissionsBoundary': boundary } },
    },
    {
      sid: 'Roles',
      actions: [
        'iam:DeleteRole',
        'iam:DeleteRolePolicy',
        'iam:DetachRolePolicy',
        'iam:GetRole',
        'iam:GetRolePolicy',
        'iam:ListAttachedRolePolicies',
        'iam:ListInstanceProfilesForRole',
        'iam:ListRolePolicies',
        'iam:ListRoleTags',
        'iam:TagRole',
        'iam:UntagRole',
        'iam:UpdateAssumeRolePolicy',
        'iam:UpdateRole',
      ],
      resources: roles,
    },
    {
      sid: 'PassToServices',
      actions: ['iam:PassRole'],
      resources: roles,
      conditions: {
        StringEquals: {
          'iam:PassedToService': ['lambda', 'states', 'events', 'apigateway'].map((name) => `${name}.amazonaws.com`),
        },
      },
    },
    {
      sid: 'OwnRoleStays',
      effect: 'Deny',
      actions: ['iam:*'],
      resources: [`arn:aws:iam::${accountId}:role/${names.deployer}`, boundary],
    },
  ];
}
