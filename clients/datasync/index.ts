export { dataSyncClient } from './client.js';
export { dataSyncFailure } from './failure.js';
export type { DataSyncFailure } from './failure.js';
