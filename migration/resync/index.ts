export { movedObjects } from './moved-objects.js';
export { resyncTable } from './resync-table.js';
export type { DifferingFiles, Resync, ResyncPorts } from './resync-table.js';
export { nameOf, sourceDifference } from './source-difference.js';
