import type { ErrorName } from '../state-machine/state-machine.js';

/** An error that a step throws; its name decides what happens next. The message says what to do. */
export abstract class MigrationError extends Error {
  abstract override readonly name: ErrorName;
}

/** The payload or its options are wrong. Nothing was changed. */
export class ValidationError extends MigrationError {
  override readonly name = 'ValidationError';
}

/** Something outside is missing, such as an agent, a quota or a program. */
export class PrerequisiteError extends MigrationError {
  override readonly name = 'PrerequisiteError';
}

export class SourcePreparationError extends MigrationError {
  override readonly name = 'SourcePreparationError';
}

export class MigrationExecutionError extends MigrationError {
  override readonly name = 'MigrationExecutionError';
}

export class VerificationError extends MigrationError {
  override readonly name = 'VerificationError';
}

export class CutoverError extends MigrationError {
  override readonly name = 'CutoverError';
}

export class RollbackError extends MigrationError {
  override readonly name = 'RollbackError';
}

/** Throttling, an answer of 5xx, a lost connection: the same call may succeed later. */
export class TransientError extends MigrationError {
  override readonly name = 'TransientError';
}

/** Another holder has claimed the machine since; this one must end and can write nothing. */
export class Fenced extends TransientError {
  constructor(migrationId: string) {
    super(`Another worker has taken over ${migrationId}; this one has stored nothing more.`);
  }
}

/** By the name that is in an execution's history. Unknown errors of clients are what they are. */
export function errorNameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : 'Error';
}
