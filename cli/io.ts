import { writeDiagnostics } from '../core/diagnostic.js';
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
  writeDiagnostics(io.stderr, diagnostics);
}

/** Says what is wrong; the command's exit code. */
export function failed(io: CliIo, diagnostics: readonly Diagnostic[]): ExitCode {
  printDiagnostics(io, diagnostics);
  return 1;
}
