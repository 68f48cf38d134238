import { bucketNameRules } from '../../core/bucket-name.js';
import type { Rule } from '../common/rules.js';

interface Named {
  readonly containerName: string;
  readonly nameSetting?: string;
}

function fix({ nameSetting }: Named): string {
  return nameSetting === undefined
    ? 'Change `to.bucket` in the rule that maps it (`aws2openstack explain` shows the rule).'
    : `Change \`${nameSetting}\`, from which the name is derived.`;
}

/** Source: OpenStack Object Storage API v1, containers. */
export const swiftNameRules: readonly Rule<Named>[] = [
  {
    code: 'container-name-empty',
    holds: ({ containerName }) => containerName !== '',
    message: () => 'The container name is empty; it must have 1 to 256 bytes for Swift.',
    fix,
  },
  {
    code: 'container-name-too-long',
    holds: ({ containerName }) => Buffer.byteLength(containerName) <= 256,
    message: ({ containerName }) =>
      `The container name has ${Buffer.byteLength(containerName)} bytes; Swift allows at most 256.`,
    fix,
  },
  {
    code: 'container-name-has-slash',
    holds: ({ containerName }) => !containerName.includes('/'),
    message: ({ containerName }) =>
      `The container name '${containerName}' contains a slash, which Swift does not allow.`,
    fix,
  },
];

/**
 * Trino and Hive access the data through S3, so S3's naming rules apply both to Swift's S3 layer and to RGW. Source: Ceph
 * RGW, 'Bucket operations'.
 */
export const s3NameRules: readonly Rule<Named>[] = bucketNameRules.map(({ code, holds, message }) => ({
  code,
  holds: ({ containerName }) => holds(containerName),
  message: ({ containerName }) => message(containerName),
  fix,
}));
