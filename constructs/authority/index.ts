export { Authority, authorityFile, certificateFile } from './authority.js';
