import { bucketNameRules } from '../../core/bucket-name.js';
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
 * Trino and Hive reach the data by S3, so its rules for names hold for Swift's S3 layer and for RGW alike. Source: Ceph
 * RGW, 'Bucket operations'.
 */
export const s3NameRules: readonly Rule<Named>[] = bucketNameRules.map(({ code, holds, message }) => ({
  code,
  holds: ({ containerName }) => holds(containerName),
  message: ({ containerName }) => message(containerName),
  fix,
}));
