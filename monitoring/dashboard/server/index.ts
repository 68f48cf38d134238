export { buildServer } from './server.js';
export type { DashboardOptions } from './options.js';
export { oidcSettings } from './sign-in/oidc.js';
export { openSecrets } from './sign-in/tokens.js';
export type { NewTokens } from './sign-in/tokens.js';
