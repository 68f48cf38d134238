export { NodeFunction } from './node-function.js';
