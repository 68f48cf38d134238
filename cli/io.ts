import { formatDiagnostic } from '../core/diagnostic.js';
import type { Diagnostic } from '../core/diagnostic.js';

/** What a command may touch of its surroundings, so that tests can hand it their own. */
export interface CliIo {
  readonly stdout: NodeJS.WritableStream;
  /** Progress and diagnostics. */
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** 0 done, 1 failed, 2 wrong use. */
export type ExitCode = 0 | 1 | 2;

export function printDiagnostics(io: CliIo, diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics) io.stderr.write(`${formatDiagnostic(diagnostic)}\n`);
}

/** Says what is wrong; the command's exit code. */
export function failed(io: CliIo, diagnostics: readonly Diagnostic[]): ExitCode {
  printDiagnostics(io, diagnostics);
  return 1;
}

/** What was made stays, so that it was not stored is only a warning. `done` says what was made. */
export function asNotStored(problems: readonly Diagnostic[], done: string): Diagnostic[] {
  return problems.map((problem) => ({
    ...problem,
    severity: 'warning',
    message: `${done}, but not stored. ${problem.message}`,
  }));
}

/** Whether a command stores what it made: when it was asked to, or a server is named and A2O_SAVE_TO_DB is not 0. */
export function wantsStoring(env: CliIo['env'], asked: boolean): boolean {
  return asked || ((env['DATABASE_URL'] ?? '') !== '' && env['A2O_SAVE_TO_DB'] !== '0');
}
