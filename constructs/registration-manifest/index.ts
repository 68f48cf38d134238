export { RegistrationManifest } from './registration-manifest.js';
