export { allowedOrders } from './allowed-orders.js';
export {
  CutoverError,
  errorNameOf,
  Fenced,
  MigrationError,
  MigrationExecutionError,
  PrerequisiteError,
  RollbackError,
  SourcePreparationError,
  TransientError,
  ValidationError,
  VerificationError,
} from './errors.js';
export { endStatuses, machineStatuses } from './machine-record.js';
export type {
  Json,
  MachineChange,
  MachineEvent,
  MachineEventKind,
  MachineRecord,
  MachineStatus,
  MachineSummary,
  Memory,
  NewMachine,
  NewMachineEvent,
  Order,
  OrderKind,
  StepError,
} from './machine-record.js';
export type { Claim, WaveStore } from './wave-store.js';
