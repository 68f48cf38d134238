export { refuseWithoutTls, renderFunctionTrust, renderPolicy, renderServiceTrust } from './render-policy.js';
export type { PolicyStatement } from './render-policy.js';
