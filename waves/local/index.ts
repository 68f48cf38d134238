export { Interpreter } from './interpreter.js';
export { StateExecutions } from './state-executions.js';
export { takeMessages } from './take-messages.js';
export { workOnWaves } from './work.js';
export type { Worked, WorkOptions } from './work.js';
export { StateWaveStore } from './wave-store.js';
