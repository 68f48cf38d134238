export { dataSyncEngine } from './datasync-engine.js';
export type { DataSyncSettings } from './settings.js';
