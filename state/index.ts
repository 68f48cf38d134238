export { parseDatabaseUrl, stateLocation } from './store/location.js';
export type { StateLocation } from './store/location.js';
export { openState, withState } from './store/open-state.js';
export type { Access, OpenOptions } from './store/open-state.js';
export { placeOf } from './store/state.js';
export type { State } from './store/state.js';
