export { Network } from './network.js';
export { SecurityGroups } from './security-groups.js';
export type { Opening } from './security-groups.js';
