export { batchPort, TrinoGateway } from './trino-gateway.js';
