import {
  CreateLocationObjectStorageCommand,
  CreateLocationS3Command,
  paginateListLocations,
} from '@aws-sdk/client-datasync';
import type { DataSyncClient } from '@aws-sdk/client-datasync';
import type { DataSyncSettings } from './settings.js';

/** The target's S3 API, as DataSync reaches it. */
export interface ObjectStorage {
  /** Such as `https://rgw.acme.example:8443`. */
  readonly endpoint: string;
  /** Of the key whose secret lies in Secrets Manager. */
  readonly accessKeyId: string;
  /** PEM of the authority that signed its certificate. */
  readonly ca?: string;
}

/** Marks what we have made, for people. */
export const tags = [{ Key: 'created-by', Value: 'aws2openstack' }];

/** In the partition of the role, such as aws-cn. */
export function bucketArn({ role }: DataSyncSettings, bucket: string): string {
  return `arn:${role.split(':')[1] ?? 'aws'}:s3:::${bucket}`;
}

/** The location of a bucket of the source: that which is there, or a new one. */
export async function sourceLocation(
  client: DataSyncClient,
  settings: DataSyncSettings,
  bucket: string,
): Promise<string> {
  const known = await findLocation(client, `s3://${bucket}/`);
  if (known !== undefined) return known;
  const made = await client.send(
    new CreateLocationS3Command({
      S3BucketArn: bucketArn(settings, bucket),
      Subdirectory: '/',
      S3Config: { BucketAccessRoleArn: settings.role },
      Tags: tags,
    }),
  );
  return made.LocationArn ?? '';
}

/** The location of a bucket of the target. Its secret key stays in Secrets Manager. */
export async function targetLocation(
  client: DataSyncClient,
  { role, targetSecret, agents = [] }: DataSyncSettings,
  { endpoint, accessKeyId, ca }: ObjectStorage,
  bucket: string,
): Promise<string> {
  const { protocol, hostname, port } = new URL(endpoint);
  const known = await findLocation(client, `object-storage://${hostname}/${bucket}/`);
  if (known !== undefined) return known;
  const isTls = protocol === 'https:';
  const made = await client.send(
    new CreateLocationObjectStorageCommand({
      ServerHostname: hostname,
      ServerPort: port === '' ? (isTls ? 443 : 80) : Number(port),
      ServerProtocol: isTls ? 'HTTPS' : 'HTTP',
      BucketName: bucket,
      Subdirectory: '/',
      AccessKey: accessKeyId,
      CustomSecretConfig: { SecretArn: targetSecret, SecretAccessRoleArn: role },
      ...(agents.length > 0 && { AgentArns: [...agents] }),
      ...(ca !== undefined && { ServerCertificate: Buffer.from(ca) }),
      Tags: tags,
    }),
  );
  return made.LocationArn ?? '';
}

async function findLocation(client: DataSyncClient, uri: string): Promise<string | undefined> {
  const wanted = { Name: 'LocationUri', Operator: 'Equals', Values: [uri] } as const;
  for await (const { Locations = [] } of paginateListLocations(
    { client },
    { Filters: [{ ...wanted, Values: [...wanted.Values] }] },
  )) {
    // A service that does not know the filter lists all.
    const found = Locations.find(({ LocationUri }) => LocationUri === uri);
    if (found !== undefined) return found.LocationArn;
  }
  return undefined;
}
