export { ConfigBundle } from './config-bundle.js';
