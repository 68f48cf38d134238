export { PrivateNetwork } from './private-network.js';
