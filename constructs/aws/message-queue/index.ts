export { MessageQueue } from './message-queue.js';
