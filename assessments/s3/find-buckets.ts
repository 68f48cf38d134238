import { GetBucketLocationCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Finding } from '../assessment.js';

export interface FoundBucket {
  readonly name: string;
  /** `null` where S3 does not say. */
  readonly region: string | null;
  /** ISO 8601, UTC; `null` where S3 does not say. */
  readonly created: string | null;
}

const pageSize = 1000;

/** The buckets of the account in one region, sorted by name; those elsewhere are a finding. Throws the SDK's errors. */
export async function findBuckets(
  client: S3Client,
  region: string,
  abortSignal: AbortSignal,
): Promise<{ readonly buckets: readonly FoundBucket[]; readonly findings: readonly Finding[] }> {
  const all: FoundBucket[] = [];
  let token: string | undefined;
  do {
    // Without a parameter, S3 does not tell where the buckets are.
    const page = await client.send(
      new ListBucketsCommand({ MaxBuckets: pageSize, ...(token !== undefined && { ContinuationToken: token }) }),
      { abortSignal },
    );
    const found = (page.Buckets ?? []).map(async ({ Name = '', BucketRegion, CreationDate }) => ({
      name: Name,
      region: BucketRegion ?? (await locationOf(client, Name, abortSignal)),
      created: CreationDate?.toISOString() ?? null,
    }));
    all.push(...(await Promise.all(found)));
    token = page.ContinuationToken;
  } while (token !== undefined);
  const buckets = all.filter((bucket) => bucket.region === null || bucket.region === region);
  return { buckets, findings: elsewhere(all.filter((bucket) => !buckets.includes(bucket))) };
}

/** For a store whose lists do not tell. A name that is not a region of AWS says nothing. */
async function locationOf(client: S3Client, Bucket: string, abortSignal: AbortSignal): Promise<string | null> {
  try {
    const { LocationConstraint: place } = await client.send(new GetBucketLocationCommand({ Bucket }), { abortSignal });
    return place !== undefined && /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(place) ? place : null;
  } catch {
    abortSignal.throwIfAborted();
    return null;
  }
}

function elsewhere(buckets: readonly FoundBucket[]): readonly Finding[] {
  const byRegion = [...Map.groupBy(buckets, (bucket) => bucket.region ?? '')].sort(([a], [b]) => (a < b ? -1 : 1));
  return byRegion.map(([region, own]) => ({
    code: 'buckets-in-other-region',
    severity: 'info',
    asset: '',
    message: `${own.length} ${own.length === 1 ? 'bucket' : 'buckets'} of the account in ${region} ${own.length === 1 ? 'is' : 'are'} not part of this assessment.`,
    fix: `Assess them, too: aws2openstack assess s3 --region ${region} --output-dir DIR.`,
  }));
}
