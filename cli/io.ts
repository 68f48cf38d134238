import { writeDiagnostics } from '../core/diagnostic.js';
import type { Diagnostic } from '../core/diagnostic.js';

/** The streams and environment that a command uses; tests pass their own. */
export interface CliIo {
  readonly stdout: NodeJS.WritableStream;
  /** Progress and diagnostics. */
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** 0 success, 1 failure, 2 usage error. */
export type ExitCode = 0 | 1 | 2;

export function printDiagnostics(io: CliIo, diagnostics: readonly Diagnostic[]): void {
  writeDiagnostics(io.stderr, diagnostics);
}

/** Prints the diagnostics and returns the exit code of a failure. */
export function failed(io: CliIo, diagnostics: readonly Diagnostic[]): ExitCode {
  printDiagnostics(io, diagnostics);
  return 1;
}
