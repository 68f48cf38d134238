export { Monitoring } from './monitoring.js';
export { nodeExporter, nodeExporterPort } from './node-exporter.js';
export type { ScrapeTargets } from './render-prometheus.js';
