export { checkCloud } from './check-cloud.js';
export { needsOf } from './needs.js';
