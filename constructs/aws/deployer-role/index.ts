export { DeployerRole } from './deployer-role.js';
