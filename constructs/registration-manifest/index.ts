export { manifestPrefix, RegistrationManifest } from './registration-manifest.js';
