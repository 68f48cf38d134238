import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GlueClient } from '@aws-sdk/client-glue';
import type { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { awsClientSettings, boundedBy, s3Client } from '../../clients/s3/index.js';
import { motoCredentials } from '../moto/moto.js';
import type { Environment } from './processes.js';
import type { Settings } from './settings.js';

/** The clients of one account and region. */
export interface Aws {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly dynamodb: DynamoDBClient;
  readonly sts: STSClient;
}

/** `endpoint` is the emulator's; undefined means AWS itself. */
export function connect({ region, profile }: Settings, endpoint: string | undefined): Aws {
  const target =
    endpoint === undefined
      ? { region, ...(profile !== undefined && { profile }) }
      : { region, endpoint, credentials: motoCredentials };
  // moto answers calls that it does not know with a server error, which is retried otherwise.
  const limits = endpoint === undefined ? {} : { maxAttempts: 1 };
  const config = awsClientSettings(target, limits);
  const [glue, dynamodb, sts] = [new GlueClient(config), new DynamoDBClient(config), new STSClient(config)];
  const bound = boundedBy();
  glue.middlewareStack.add(bound, { step: 'deserialize', priority: 'high' });
  dynamodb.middlewareStack.add(bound, { step: 'deserialize', priority: 'high' });
  sts.middlewareStack.add(bound, { step: 'deserialize', priority: 'high' });
  return { s3: s3Client(target, limits), glue, dynamodb, sts };
}

export function disconnect({ s3, glue, dynamodb, sts }: Aws): void {
  for (const client of [s3, glue, dynamodb, sts]) client.destroy();
}

/**
 * The variables that Terraform, the AWS CLI and SDKs need to reach the same account, in place of those that were set.
 */
export function cloudEnvironment({ region, profile }: Settings, endpoint: string | undefined): Environment {
  if (endpoint === undefined) return { AWS_REGION: region, AWS_PROFILE: profile };
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: motoCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: motoCredentials.secretAccessKey,
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
    // moto answers calls that it does not know with a server error, which is retried 25 times otherwise.
    AWS_MAX_ATTEMPTS: '2',
  };
}

/**
 * The settings that Terraform's provider also needs. It asks S3 Control for a bucket's tags at a host whose first label
 * is the account's number, and no address of this machine can have such a name. With moto as the HTTP proxy, the
 * request arrives all the same.
 */
export function emulatedS3Control({ region }: Settings, endpoint: string | undefined): Environment {
  if (endpoint === undefined) return {};
  return {
    HTTP_PROXY: endpoint,
    http_proxy: endpoint,
    NO_PROXY: undefined,
    no_proxy: undefined,
    AWS_ENDPOINT_URL_S3_CONTROL: `http://s3-control.${region}.amazonaws.com`,
  };
}
