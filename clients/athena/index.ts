export { athenaClient } from './client.js';
export type { AthenaConnection, AthenaQueries, AthenaUnloads } from './client.js';
