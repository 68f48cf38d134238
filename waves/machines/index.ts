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
export { machineStatuses } from './machine-record.js';
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
export type { WaveStore } from './wave-store.js';
