export { isCurrent, readMachines } from './read-machines.js';
export type { LakehouseState } from './read-machines.js';
export { rollMachines } from './roll.js';
