export type { Cmdb, CmdbUpdate } from './cmdb.js';
export { cmdbNotifier } from './cmdb-notifier.js';
export { isCmdbUrl, restCmdb } from './rest-cmdb.js';
export type { RestCmdbSettings } from './rest-cmdb.js';
