export type { CloudService, CloudTarget } from './access.js';
export { cloudClient, jsonIn } from './client.js';
export type { CloudClient, CloudClientOptions, CloudRequest } from './client.js';
