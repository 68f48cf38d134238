export { cloudTarget } from './cloud-target.js';
export type { HttpAnswer } from './http.js';
export { openSession, serviceTypes } from './session.js';
export type { CloudSession, ServiceName } from './session.js';
