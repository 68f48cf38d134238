export { machineScript } from './scripts.js';
