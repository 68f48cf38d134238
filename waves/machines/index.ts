export { allowedOrders } from './allowed-orders.js';
export {
  CutoverError,
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
export { attentionStatuses, cutOverStatuses, machineStatuses, notMovedStatuses } from './machine-record.js';
export type {
  Json,
  MachineChange,
  MachineEvent,
  MachineRecord,
  MachineStatus,
  MachineSummary,
  Memory,
  NewMachine,
  NewMachineEvent,
  Order,
  OrderKind,
} from './machine-record.js';
export { replicationOf, stepMemory, waitsFor } from './step-memory.js';
export { unknownMachine } from './unknown-machine.js';
export type { WaveStore } from './wave-store.js';
