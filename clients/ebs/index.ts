export { ebsClient } from './client.js';
export { changedBlocks, DamagedBlock, readBlock, snapshotBlocks } from './read-snapshot.js';
export type { BlockRef } from './read-snapshot.js';
