export { openStackVolumeSource } from './openstack-volume-source.js';
