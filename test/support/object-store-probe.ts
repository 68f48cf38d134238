import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { expect } from '@jest/globals';
import { s3Client } from '../../clients/s3/index.js';
import { cli } from './run-cli.js';

export interface Store {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface Probed {
  readonly capabilities: Readonly<Record<string, { readonly supported: boolean; readonly detail: string }>>;
}

/** What the command finds, by capability. */
export async function probe({ endpoint, accessKeyId, secretAccessKey }: Store): Promise<Record<string, boolean>> {
  const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const { code, stdout, stderr } = await cli(['probe', 'object-store', '--endpoint', endpoint, '--json'], env);
  expect([code, stderr.trim().split('\n').length]).toEqual([0, 1]);
  const { capabilities } = JSON.parse(stdout) as Probed;
  return Object.fromEntries(Object.entries(capabilities).map(([name, { supported }]) => [name, supported]));
}

/** How many buckets there are. */
export async function bucketsOf({ endpoint, accessKeyId, secretAccessKey }: Store): Promise<number> {
  const s3 = s3Client({ endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } });
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  return Buckets.length;
}
