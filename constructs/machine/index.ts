export { MachineCredential } from './machine-credential.js';
export { machineScript } from './scripts.js';
