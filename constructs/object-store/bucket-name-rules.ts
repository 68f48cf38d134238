import type { Rule } from '../common/rules.js';

interface Named {
  readonly containerName: string;
  readonly nameSetting?: string;
}

function fix({ nameSetting }: Named): string {
  return nameSetting === undefined
    ? 'Change `to.bucket` in the rule that made it (`aws2openstack explain` names the rule).'
    : `Change \`${nameSetting}\`, which the name comes from.`;
}

/** Source: OpenStack Object Storage API v1, containers. */
export const swiftNameRules: readonly Rule<Named>[] = [
  {
    code: 'container-name-empty',
    holds: ({ containerName }) => containerName !== '',
    message: () => 'The container name is empty; Swift wants 1 to 256 bytes.',
    fix,
  },
  {
    code: 'container-name-too-long',
    holds: ({ containerName }) => Buffer.byteLength(containerName) <= 256,
    message: ({ containerName }) =>
      `The container name takes ${Buffer.byteLength(containerName)} bytes; Swift allows 256.`,
    fix,
  },
  {
    code: 'container-name-has-slash',
    holds: ({ containerName }) => !containerName.includes('/'),
    message: ({ containerName }) => `The container name '${containerName}' has a slash; Swift allows none.`,
    fix,
  },
];

/**
 * What every S3 client accepts in a bucket's name. Trino and Hive reach the data by S3, so it holds for Swift's S3
 * layer and for RGW alike. Source: Amazon S3 user guide, 'Bucket naming rules'; Ceph RGW, 'Bucket operations'.
 */
export const s3NameRules: readonly Rule<Named>[] = [
  {
    code: 'bucket-name-not-s3',
    holds: ({ containerName }) => /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(containerName),
    message: ({ containerName }) =>
      `'${containerName}' is no S3 bucket name: 3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit at either end.`,
    fix,
  },
  {
    code: 'bucket-name-dots',
    holds: ({ containerName }) => !containerName.includes('..'),
    message: ({ containerName }) => `The bucket name '${containerName}' has two dots in a row; S3 allows none.`,
    fix,
  },
  {
    code: 'bucket-name-like-address',
    holds: ({ containerName }) => !/^\d{1,3}(\.\d{1,3}){3}$/.test(containerName),
    message: ({ containerName }) => `The bucket name '${containerName}' looks like an IP address; S3 allows none.`,
    fix,
  },
];
