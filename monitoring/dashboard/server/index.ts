export { buildServer } from './server.js';
export type { DashboardOptions } from './options.js';
export { oidcSettings } from './sign-in/oidc.js';
export { openSecrets } from './sign-in/tokens.js';
export type { OpenedSecrets } from './sign-in/tokens.js';
