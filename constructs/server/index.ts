export { Server } from './server.js';
