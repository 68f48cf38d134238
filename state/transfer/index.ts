export { exportStore } from './export-store.js';
export { importStore } from './import-store.js';
export type { TransferProgress } from './transfer-file.js';
