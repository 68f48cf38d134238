export { Metrics } from './metrics.js';
export { nodeExporter, nodeExporterPort } from './node-exporter.js';
export type { ScrapeTargets } from './render-prometheus.js';
