export { machineMove } from './machine-move.js';
export { renderStateMachine } from './render-asl.js';
export type { Action, HandlerName, Outcome } from './state-machine.js';
