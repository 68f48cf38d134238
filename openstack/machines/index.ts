export { readAuthority } from './read-authority.js';
export { isCurrent, readMachines } from './read-machines.js';
export type { LakehouseState, Machine } from './read-machines.js';
export { rollMachines } from './roll.js';
