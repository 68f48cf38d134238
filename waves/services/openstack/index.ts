export { openStackService } from './openstack-service.js';
export type { DiskResult, OpenStackTarget } from './target.js';
export { openStackCapacity } from './capacity.js';
