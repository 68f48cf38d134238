export { preFlight } from './pre-flight.js';
export type { PreFlight } from './pre-flight.js';
