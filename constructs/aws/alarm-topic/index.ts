export { AlarmTopic } from './alarm-topic.js';
