import { renderPolicy } from '../policy/index.js';
import type { EncryptionKeyProps } from './encryption-key.js';

const use = ['kms:Decrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey'];

/**
 * The account's IAM policies decide who uses the key; services that have no role may use it for this account. CloudWatch
 * Logs sends the log group in the encryption context in place of the account.
 */
export function renderKeyPolicy({
  accountId,
  region,
  services,
}: Pick<EncryptionKeyProps, 'accountId' | 'region' | 'services'>): string {
  return renderPolicy([
    {
      sid: 'AccountDecides',
      principals: { AWS: [`arn:aws:iam::${accountId}:root`] },
      actions: ['kms:*'],
      resources: ['*'],
    },
    {
      sid: 'ServicesOfThisAccount',
      principals: { Service: services },
      actions: use,
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': accountId } },
    },
    {
      sid: 'LogGroupsOfThisAccount',
      principals: { Service: [`logs.${region}.amazonaws.com`] },
      actions: ['kms:Encrypt', 'kms:ReEncrypt*', ...use],
      resources: ['*'],
      conditions: {
        ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:${accountId}:log-group:*` },
      },
    },
  ]);
}
