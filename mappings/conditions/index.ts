export { assetsOf } from './asset.js';
export type { Asset, BucketAsset, DatabaseAsset, TableAsset } from './asset.js';
export { compileCondition, holdsAll } from './match.js';
