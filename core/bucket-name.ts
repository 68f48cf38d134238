import { bucketAliasKind, isTableBucket } from './s3-alias.js';

interface BucketNameRule {
  readonly code: string;
  readonly holds: (name: string) => boolean;
  /** A sentence. */
  readonly message: (name: string) => string;
}

/**
 * The rules that a bucket name must follow for every S3 client. Source: Amazon S3 user guide, 'Bucket naming rules'.
 */
export const bucketNameRules: readonly BucketNameRule[] = [
  {
    code: 'bucket-name-reserved',
    holds: (name) => bucketAliasKind(name) === null && !isTableBucket(name),
    message: (name) =>
      `'${name}' is not a bucket but ${bucketAliasKind(name) ?? 'managed by S3 Tables'}; name the bucket that it stands for with \`to.bucket\` in a rule.`,
  },
  {
    code: 'bucket-name-not-s3',
    holds: (name) => /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name),
    message: (name) =>
      `'${name}' is not an S3 bucket name: use 3 to 63 lower-case letters, digits, dots and hyphens, with a letter or digit at either end.`,
  },
  {
    code: 'bucket-name-dots',
    holds: (name) => !name.includes('..'),
    message: (name) => `The bucket name '${name}' has two dots in a row, which S3 does not allow.`,
  },
  {
    code: 'bucket-name-like-address',
    holds: (name) => !/^\d{1,3}(\.\d{1,3}){3}$/.test(name),
    message: (name) => `The bucket name '${name}' looks like an IP address, which S3 does not allow.`,
  },
];

/** Why S3 clients refuse a bucket name; `null` when they accept it. */
export function bucketNameRefusal(name: string): string | null {
  return bucketNameRules.find(({ holds }) => !holds(name))?.message(name) ?? null;
}
