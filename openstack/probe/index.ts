export { probeObjectStore } from './object-store-probe.js';
export type { Capability } from './object-store-probe.js';
