export { probeObjectStore } from './object-store-probe.js';
