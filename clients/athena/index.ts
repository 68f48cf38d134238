export { athenaClient } from './client.js';
export type { AthenaQueries } from './client.js';
