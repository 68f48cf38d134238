/**
 * The table of machines: one item `machine` and its events by migrationId. The indexes hold the items `machine` alone.
 * `waves/aws/` reads and writes it; a test compares the two.
 */
export const recordTable = {
  partitionKey: 'migrationId',
  sortKey: 'item',
  indexes: {
    'by-wave': { partitionKey: 'wave', sortKey: 'migrationId' },
    'by-status': { partitionKey: 'status', sortKey: 'migrationId' },
    'by-app': { partitionKey: 'appName', sortKey: 'statusAndId' },
  },
  indexedAttributes: ['wave', 'status', 'appName', 'statusSince', 'targetVmName', 'error'],
  expiryAttribute: 'expiresAt',
};
