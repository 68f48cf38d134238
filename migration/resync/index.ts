export { copyTableAgain } from './copy-table-again.js';
export { movedObjects, readObjects, tableInItsPlace } from './moved-objects.js';
export { resyncTable } from './resync-table.js';
export type { DifferingFiles, Resync, ResyncPorts } from './resync-table.js';
