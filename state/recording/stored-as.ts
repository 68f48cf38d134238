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

/** How long a command that stores its result waits for another process to release the embedded store. */
export const storeWaitMs = 20_000;

/**
 * The result itself exists; that it is not stored is a failure where `--save-to-db` asked for it, otherwise a warning.
 * `done` describes the result.
 */
export function asNotStored(problems: readonly Diagnostic[], done: string, asked = false): Diagnostic[] {
  return problems.map((problem) => ({
    ...problem,
    severity: asked ? 'error' : 'warning',
    message: `${done}, but not stored. ${problem.message}`,
  }));
}
