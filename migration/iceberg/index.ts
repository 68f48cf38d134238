export { checkClosure } from './closure/check-closure.js';
export type { TableFile } from './closure/walk-table.js';
export { rewriteTable } from './rewrite/rewrite-table.js';
export type { RewritePorts, RewrittenTable } from './rewrite/rewrite-table.js';
export type { RewrittenFile } from './rewrite/rewritten-file.js';
export { s3TableFiles } from './s3-table-files.js';
export { scanForSource } from './scan/deep-scan.js';
export type { FileReader, FileSizes, FileWriter } from './table-files.js';
