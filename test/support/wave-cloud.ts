import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AttributeDefinition } from '@aws-sdk/client-dynamodb';
import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { motoCredentials } from '../../environments/moto/moto.js';
import { recordTable } from '../../stacks/waves/record-table.js';

export const region = 'eu-central-1';

export const waveNames = {
  table: 'acme-waves-dev-records',
  details: 'acme-waves-dev-details-123456789012',
  bus: 'acme-waves-dev',
} as const;

/** Settings of clients of an emulator. */
export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: typeof motoCredentials;
  readonly maxAttempts: number;
}

export function clientSettings(endpoint: string): ClientSettings {
  return { endpoint, region, credentials: motoCredentials, maxAttempts: 1 };
}

/** The table as the stack makes it. */
export async function createWaveTable(client: DynamoDBClient, name: string): Promise<void> {
  const { partitionKey, sortKey, indexes, indexedAttributes } = recordTable;
  const keys = new Set([partitionKey, sortKey]);
  for (const index of Object.values(indexes)) keys.add(index.partitionKey).add(index.sortKey);
  const schema = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: schema(partitionKey, sortKey),
      AttributeDefinitions: [...keys].map((key): AttributeDefinition => ({ AttributeName: key, AttributeType: 'S' })),
      GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, index]) => ({
        IndexName,
        KeySchema: schema(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...indexedAttributes] },
      })),
    }),
  );
}

export interface WaveSecrets {
  readonly callbackKey: string;
  readonly cmdbAuthorization: string;
  readonly factoryToken: string;
  readonly slackWebhook: string;
}

/** Secrets Manager takes names in place of ARNs. */
export const secretNames: WaveSecrets = {
  callbackKey: 'acme-waves-dev/callback-key',
  cmdbAuthorization: 'acme-waves-dev/cmdb-authorization',
  factoryToken: 'acme-waves-dev/migration-factory-token',
  slackWebhook: 'acme-waves-dev/slack-webhook',
};

/** Table, bucket, bus and secrets in moto. Returns the ARNs of the secrets. */
export async function createWaveStores(endpoint: string, slackWebhook = 'http://127.0.0.1:9/'): Promise<WaveSecrets> {
  const settings = clientSettings(endpoint);
  await createWaveTable(new DynamoDBClient(settings), waveNames.table);
  await new S3Client({ ...settings, forcePathStyle: true }).send(
    new CreateBucketCommand({ Bucket: waveNames.details, CreateBucketConfiguration: { LocationConstraint: region } }),
  );
  await new EventBridgeClient(settings).send(new CreateEventBusCommand({ Name: waveNames.bus }));
  const secrets = new SecretsManagerClient(settings);
  const secret = async (Name: string, SecretString: string): Promise<string> =>
    (await secrets.send(new CreateSecretCommand({ Name, SecretString }))).ARN ?? '';
  return {
    callbackKey: await secret(secretNames.callbackKey, `whsec_${Buffer.alloc(32, 7).toString('base64')}`),
    cmdbAuthorization: await secret(secretNames.cmdbAuthorization, 'Bearer token'),
    factoryToken: await secret(secretNames.factoryToken, 'token'),
    slackWebhook: await secret(secretNames.slackWebhook, slackWebhook),
  };
}

/** A public zone in moto. Returns its id. */
export async function createHostedZone(endpoint: string, name: string): Promise<string> {
  const body = `<CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Name>${name}.</Name><CallerReference>${name}</CallerReference></CreateHostedZoneRequest>`;
  // moto wants a signature that names the service, and checks it as little as any other.
  const authorization =
    'AWS4-HMAC-SHA256 Credential=id/20261129/us-east-1/route53/aws4_request, SignedHeaders=host, Signature=0';
  const answer = await fetch(`${endpoint}/2013-04-01/hostedzone`, { method: 'POST', body, headers: { authorization } });
  const id = /<Id>\/hostedzone\/([^<]+)<\/Id>/.exec(await answer.text())?.[1];
  if (id === undefined) throw new Error(`moto made no hosted zone (${answer.status})`);
  return id;
}

/** The variables of the functions, as the stack sets them, and those that lead the SDK to the emulators. */
export function functionVariables(
  { endpoint, mgn }: { readonly endpoint: string; readonly mgn: string },
  { callbackKey, factoryToken, slackWebhook }: WaveSecrets,
  factoryEndpoint: string,
): Readonly<Record<string, string>> {
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: motoCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: motoCredentials.secretAccessKey,
    AWS_MAX_ATTEMPTS: '1',
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_MGN: mgn,
    AWS_ENDPOINT_URL_EC2: mgn,
    POWERTOOLS_LOG_LEVEL: 'ERROR',
    WAVES_ENVIRONMENT: 'dev',
    WAVES_TABLE: waveNames.table,
    WAVES_DETAILS_BUCKET: waveNames.details,
    WAVES_BUS: waveNames.bus,
    WAVES_REPLICATING_SERVERS: '20',
    WAVES_RECORD_DAYS: '90',
    WAVES_CALLBACK_KEY: callbackKey,
    WAVES_SLACK_WEBHOOK: slackWebhook,
    WAVES_FACTORY_TOKEN: factoryToken,
    WAVES_FACTORY_ENDPOINT: factoryEndpoint,
  };
}
