import {
  GetBucketEncryptionCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import type { Setting } from './setting.js';

export const versioning: Setting = {
  name: 'versioning',
  action: 's3:GetBucketVersioning',
  read: async (client, Bucket) => {
    const { Status, MFADelete } = await client.send(new GetBucketVersioningCommand({ Bucket }));
    if (Status === undefined) return null;
    const found = `${Status}${MFADelete === 'Enabled' ? ', with MFA delete' : ''}`;
    if (Status === 'Suspended')
      return {
        found,
        fate: 'not-needed',
        becomes: 'The target starts without versions. Current objects are copied; old versions stay behind.',
      };
    return {
      found,
      fate: 'mapping',
      becomes:
        'A rule for the bucket with `to: { versioning: on }` turns it on at the target. Current objects are copied; old versions stay behind.',
    };
  },
};

export const encryption: Setting = {
  name: 'encryption',
  action: 's3:GetEncryptionConfiguration',
  read: async (client, Bucket) => {
    const answer = await client.send(new GetBucketEncryptionCommand({ Bucket }));
    const rule = answer.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
    if (rule?.SSEAlgorithm === undefined) return null;
    const key = rule.KMSMasterKeyID;
    if (!rule.SSEAlgorithm.startsWith('aws:kms'))
      return {
        found: `SSE-S3 (${rule.SSEAlgorithm})`,
        fate: 'not-needed',
        becomes: 'S3 decrypts what is copied. Whether the target encrypts is up to its operator.',
      };
    return {
      found: `${rule.SSEAlgorithm} with ${key ?? "the account's key aws/s3"}`,
      fate: 'by-hand',
      becomes: `The credentials that copy need kms:Decrypt on ${key ?? 'the key aws/s3'}. At the target, Ceph encrypts with keys of Barbican or Vault if its operator has set that up; Swift encrypts with a key of its own.`,
    };
  },
};

export const objectLock: Setting = {
  name: 'object-lock',
  action: 's3:GetBucketObjectLockConfiguration',
  read: async (client, Bucket) => {
    const { ObjectLockConfiguration } = await client.send(new GetObjectLockConfigurationCommand({ Bucket }));
    if (ObjectLockConfiguration?.ObjectLockEnabled !== 'Enabled') return null;
    const { Mode, Days, Years } = ObjectLockConfiguration.Rule?.DefaultRetention ?? {};
    const period = Days === undefined ? `${Years ?? 0} years` : `${Days} days`;
    return {
      found: Mode === undefined ? 'Enabled, without a default retention' : `${Mode}, ${period}`,
      fate: 'by-hand',
      becomes:
        'Ceph has Object Lock, but only for buckets that were created with it: create the bucket by hand before the first `terraform apply` and import it. Swift has none. Retention and legal holds of objects are not copied.',
    };
  },
};
