export { ec2Client } from './client.js';
export type { Ec2Client } from './client.js';
export {
  createSnapshots,
  deleteSnapshot,
  describeInstance,
  findSnapshots,
  switchInstance,
  volumeSizes,
} from './machines.js';
export type { Ec2Snapshot, Instance } from './machines.js';
export { readAddresses } from './addresses.js';
export { setLaunchTemplate } from './launch-template.js';
export type { LaunchSettings } from './launch-template.js';
