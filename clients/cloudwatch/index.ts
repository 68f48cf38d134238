export { cloudWatchClient } from './client.js';
export { readEngineMetrics } from './read-engine-metrics.js';
