export { failedRules } from '../constructs/common/index.js';
export { layOutLakehouse } from './lay-out-lakehouse.js';
export { layOutTestEnvironment } from './lay-out-test-environment.js';
