export { HiveMetastore } from './hive-metastore.js';
