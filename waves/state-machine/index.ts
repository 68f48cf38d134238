export { machineMove } from './machine-move.js';
export { renderStateMachine } from './render-asl.js';
export type {
  Action,
  Catch,
  ChoiceState,
  EndState,
  ErrorName,
  HandlerName,
  MatchedError,
  Outcome,
  PassState,
  Retry,
  State,
  StateMachine,
  StepInput,
  TaskState,
  WaitState,
} from './state-machine.js';
