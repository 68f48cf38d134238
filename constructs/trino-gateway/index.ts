export { gatewayMetricsPort } from './render-haproxy.js';
export { batchPort, TrinoGateway } from './trino-gateway.js';
