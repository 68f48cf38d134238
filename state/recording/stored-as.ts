import type { Diagnostic } from '../../core/diagnostic.js';

/** Where an assessment was stored, and as what. */
export interface StoredAs {
  /** Such as `assessment-1a2b3c`. */
  readonly id: string;
  readonly place: string;
}

/** Whether a command stores what it made: when it was asked to, or a server is named and A2O_SAVE_TO_DB is not 0. */
export function wantsStoring(env: Readonly<Record<string, string | undefined>>, asked: boolean): boolean {
  return asked || ((env['DATABASE_URL'] ?? '') !== '' && env['A2O_SAVE_TO_DB'] !== '0');
}

/** What was made stays, so that it was not stored is only a warning. `done` says what was made. */
export function asNotStored(problems: readonly Diagnostic[], done: string): Diagnostic[] {
  return problems.map((problem) => ({
    ...problem,
    severity: 'warning',
    message: `${done}, but not stored. ${problem.message}`,
  }));
}
