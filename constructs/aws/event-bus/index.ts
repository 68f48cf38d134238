export { EventBus } from './event-bus.js';
export { EventRule } from './event-rule.js';
