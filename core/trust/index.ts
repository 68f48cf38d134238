export { namesAuthorities } from './names-authorities.js';
export { maxAuthoritiesBytes, readAuthorities } from './read-authorities.js';
export { verifiedTls } from './verified-tls.js';
