export { RequestApi } from './request-api.js';
export type { ApiAccess } from './request-api.js';
