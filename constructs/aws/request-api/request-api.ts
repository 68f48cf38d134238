import { Apigatewayv2Api } from '@cdktf/provider-aws/lib/apigatewayv2-api/index.js';
import { Apigatewayv2Authorizer } from '@cdktf/provider-aws/lib/apigatewayv2-authorizer/index.js';
import { Apigatewayv2Integration } from '@cdktf/provider-aws/lib/apigatewayv2-integration/index.js';
import { Apigatewayv2Route } from '@cdktf/provider-aws/lib/apigatewayv2-route/index.js';
import { Apigatewayv2Stage } from '@cdktf/provider-aws/lib/apigatewayv2-stage/index.js';
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { Construct } from 'constructs';
import { renderPolicy, renderServiceTrust } from '../policy/index.js';

/** Who may call the API: IAM principals of AWS (SigV4), or holders of tokens of an OpenID Connect provider. */
export type ApiAccess =
  | { readonly type: 'iam' }
  | {
      readonly type: 'jwt';
      /** Such as `https://login.acme.example`. */
      readonly issuer: string;
      readonly audience: readonly string[];
      /** Of which a token needs one. @default none is needed */
      readonly scopes?: readonly string[];
    };

/** `POST /<path>` puts the body of a request into a queue. Source: Amazon API Gateway Developer Guide, 'HTTP APIs'. */
export interface RequestApiProps {
  readonly name: string;
  readonly description: string;
  readonly path: string;
  readonly access: ApiAccess;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly keyArn: string;
  readonly accountId: string;
  readonly logRetentionDays: number;
  /** @default no limit */
  readonly permissionsBoundary?: string;
}

/** Requests a second, and as many more in a burst. */
const throttle = { throttlingRateLimit: 50, throttlingBurstLimit: 100 };

const logFormat = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTime',
  source: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  error: '$context.error.message',
  integrationError: '$context.integrationErrorMessage',
});

export class RequestApi extends Construct {
  /** Such as `https://abc.execute-api.eu-central-1.amazonaws.com`. */
  readonly endpoint: string;

  constructor(scope: Construct, id: string, props: RequestApiProps) {
    super(scope, id);
    const { name, path, access, accountId, permissionsBoundary } = props;
    const api = new Apigatewayv2Api(this, 'Resource', {
      name,
      description: props.description,
      protocolType: 'HTTP',
    });
    const role = new IamRole(this, 'Role', {
      name: `${name}-api`,
      description: `Lets the API ${name} send messages`,
      assumeRolePolicy: renderServiceTrust('apigateway.amazonaws.com', accountId),
      ...(permissionsBoundary !== undefined && { permissionsBoundary }),
    });
    new IamRolePolicy(this, 'Policy', {
      role: role.name,
      name: 'permissions',
      policy: renderPolicy([
        { sid: 'Queue', actions: ['sqs:SendMessage'], resources: [props.queueArn] },
        { sid: 'Key', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [props.keyArn] },
      ]),
    });
    const integration = new Apigatewayv2Integration(this, 'Integration', {
      apiId: api.id,
      integrationType: 'AWS_PROXY',
      integrationSubtype: 'SQS-SendMessage',
      payloadFormatVersion: '1.0',
      credentialsArn: role.arn,
      requestParameters: { QueueUrl: props.queueUrl, MessageBody: '$request.body' },
    });
    new Apigatewayv2Route(this, 'Route', {
      apiId: api.id,
      routeKey: `POST /${path}`,
      target: `integrations/${integration.id}`,
      ...this.authorization(api.id, access),
    });
    const logs = new CloudwatchLogGroup(this, 'Logs', {
      name: `/aws/apigateway/${name}`,
      retentionInDays: props.logRetentionDays,
      kmsKeyId: props.keyArn,
    });
    new Apigatewayv2Stage(this, 'Stage', {
      apiId: api.id,
      name: '$default',
      autoDeploy: true,
      accessLogSettings: { destinationArn: logs.arn, format: logFormat },
      defaultRouteSettings: throttle,
    });
    this.endpoint = api.apiEndpoint;
  }

  private authorization(apiId: string, access: ApiAccess): object {
    if (access.type === 'iam') return { authorizationType: 'AWS_IAM' };
    const { id } = new Apigatewayv2Authorizer(this, 'Authorizer', {
      apiId,
      name: 'tokens',
      authorizerType: 'JWT',
      identitySources: ['$request.header.Authorization'],
      jwtConfiguration: { issuer: access.issuer, audience: [...access.audience] },
    });
    const { scopes = [] } = access;
    return {
      authorizationType: 'JWT',
      authorizerId: id,
      ...(scopes.length > 0 && { authorizationScopes: [...scopes] }),
    };
  }
}
