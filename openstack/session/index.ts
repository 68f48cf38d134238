export type { HttpAnswer } from './http.js';
export { isServiceUrl, serviceUrlRule } from './service-url.js';
export { openSession, serviceTypes } from './session.js';
export type { CloudSession, ServiceName } from './session.js';
