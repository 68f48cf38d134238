export { Interpreter } from './interpreter.js';
export { runWaveWorker } from './run-worker.js';
export { StateExecutions } from './state-executions.js';
export { takeMessages } from './take-messages.js';
export { StateWaveStore } from './wave-store.js';
