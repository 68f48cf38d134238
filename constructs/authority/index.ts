export { Authority, authorityMount, authorityMounts, authorityServices, certificateFile } from './authority.js';
