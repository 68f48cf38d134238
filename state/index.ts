export { parseDatabaseUrl, stateLocation } from './store/location.js';
export type { StateLocation } from './store/location.js';
export { openState, withState } from './store/open-state.js';
export type { Access } from './store/open-state.js';
export { placeOf } from './store/state.js';
export type { State } from './store/state.js';
export type { CutoverEventKind, CutoverStatus, JobStatus, ValidationStatus, ValidationType } from './schema/tables.js';
export { migrateStore } from './schema-versions/migrate-store.js';
export { endWords, statusWords } from './job-words.js';
export { enqueueJobs } from './queue/enqueue.js';
export type { WorkOrder } from './queue/enqueue.js';
export { JobInterrupted } from './queue/handler.js';
export type { JobContext, JobFailure, JobHandler } from './queue/handler.js';
export { openQueue } from './queue/queue.js';
export { repeatJob } from './queue/repeat-job.js';
export { nextAttempts } from './queue/next-attempts.js';
export { steerableFrom, steerJob } from './queue/steer.js';
export type { Steering } from './queue/steer.js';
export type { AttemptEnd } from './queue/attempt.js';
export { runWorker } from './queue/worker.js';
export type { WorkerEvent, WorkerOptions, WorkerOutcome } from './queue/worker.js';
export type { HeldJob } from './repositories/held-job.js';
export { createJobs, findJob } from './repositories/migration-jobs.js';
export { appendValidationResults, storeValidation } from './repositories/validation-results.js';
export type { NewValidationResult } from './repositories/validation-results.js';
export { lastValidation, standingValidations } from './repositories/last-validation.js';
export { validatedTables } from './repositories/validated-tables.js';
export type { CurrentResult, ValidatedTable } from './repositories/validated-tables.js';
export { readPartitions, storePartitions } from './repositories/migration-partitions.js';
export { findRun, storeRun } from './repositories/migration-runs.js';
export {
  appendCutoverEvent,
  cutoverEvents,
  findCutover,
  keepCutover,
  openCutover,
  releaseCutover,
  takeCutover,
} from './repositories/cutovers.js';
export type { Cutover, CutoverEvent, HeldCutover, NewCutoverEvent } from './repositories/cutovers.js';
export {
  openJobs,
  openRuns,
  openValidations,
  restingJobs,
  runProgress,
  unfinishedValidations,
} from './repositories/run-progress.js';
export type { TableProgress, UnfinishedValidation } from './repositories/run-progress.js';
export { appendAuditEvent, listAuditEvents } from './repositories/audit-events.js';
export { jobEventsSince, storeTime } from './repositories/job-events.js';
export type { JobEvent } from './repositories/job-events.js';
export { endedSessions, endSessions } from './repositories/ended-sessions.js';
export { storeStamps } from './repositories/store-stamps.js';
export type { StoreStamps } from './repositories/store-stamps.js';
export { findPartCheckpoint, storePartCheckpoint } from './repositories/part-checkpoint.js';
export { newestJobs } from './repositories/newest-jobs.js';
export type { NewestJob } from './repositories/newest-jobs.js';
export { readOnly } from './store/read-only.js';
export { findNamedTable } from './repositories/named-table.js';
export { movedTables, tableIds, tableJobs, unorderedJobs } from './repositories/table-jobs.js';
export { findWorkOrder, workOrders } from './repositories/work-orders.js';
export {
  appendChunks,
  changeChunks,
  chunkTotals,
  insertChunks,
  readChunks,
  removeChunks,
  reopenChunks,
  saveChunks,
  takeChunks,
  unfinishedChunks,
  unsuccessfulChunks,
} from './repositories/migration-chunks.js';
export type { ChunkProgress, ChunkTotals, MigrationChunk, NewChunk } from './repositories/migration-chunks.js';
export { grantRoles, roleKinds, roleName } from './roles/index.js';
export type { RoleMember } from './roles/index.js';
export { storeStatus } from './status/read-status.js';
export type { StoreStatus } from './status/read-status.js';
export { exportStore, importStore } from './transfer/index.js';
export {
  deleteAssessment,
  dependentsOf,
  findAssessment,
  findAssessmentOfReport,
  findingsOf,
  listAssessments,
} from './repositories/assessments.js';
export type { StoredAssessment } from './repositories/assessments.js';
export { compareAssessments } from './repositories/compare-assessments.js';
export type { AssessmentComparison } from './repositories/compare-assessments.js';
export { shownId } from './repositories/ids.js';
export { storeAssessment } from './repositories/store-assessment.js';
export {
  assessmentsOfOutput,
  assessmentsWithNewerOutput,
  storeTransformationResult,
  transformationResultsOf,
} from './repositories/transformation-results.js';
export type { TransformationResult } from './repositories/transformation-results.js';
export {
  claimWaveMachine,
  createWaveMachine,
  deleteExpiredWaveMachines,
  findWaveMachine,
  listWaveMachines,
  saveWaveMachine,
  waveEvents,
} from './repositories/wave-machines.js';
export type { WaveEvent, WaveMachine, WaveMachineChange } from './repositories/wave-machines.js';
export {
  findHeldWaveMachine,
  keepWaveMachine,
  moveWaveMachine,
  openExecutions,
  takeDueMachines,
} from './repositories/wave-executions.js';
export { addWaveMessages, countWaveMessages, takeWaveMessages, waveDeadLetters } from './repositories/wave-messages.js';
export { orderWaveMachine, waveOrders } from './repositories/wave-orders.js';
export type { WaveOrder } from './repositories/wave-orders.js';
export { releaseWavePlace, takeWavePlace } from './repositories/wave-places.js';
export { selectWaveMachines } from './repositories/wave-selection.js';
export type { SelectedMachine, WaveSelection } from './repositories/wave-selection.js';
export { submitWaves, waveTotals } from './repositories/waves.js';
export type { NewSubmittedWave } from './repositories/waves.js';
