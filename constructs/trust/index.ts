export { containerTrust, systemTrust, trustService } from './machine-trust.js';
export type { ContainerTrust } from './machine-trust.js';
