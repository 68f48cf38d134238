import type { Diagnostic } from '../../core/diagnostic.js';

/** Where and under which id an assessment was stored. */
export interface StoredAs {
  /** Such as `assessment-1a2b3c`. */
  readonly id: string;
  readonly place: string;
}

/** Whether a command stores its result: on request, or when DATABASE_URL is set and A2O_SAVE_TO_DB is not 0. */
export function wantsStoring(env: Readonly<Record<string, string | undefined>>, asked: boolean): boolean {
  return asked || ((env['DATABASE_URL'] ?? '') !== '' && env['A2O_SAVE_TO_DB'] !== '0');
}

/** The result itself exists, so a failure to store it is only a warning. `done` describes the result. */
export function asNotStored(problems: readonly Diagnostic[], done: string): Diagnostic[] {
  return problems.map((problem) => ({
    ...problem,
    severity: 'warning',
    message: `${done}, but not stored. ${problem.message}`,
  }));
}
