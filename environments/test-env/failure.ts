import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';

/** Ends a command of the test environment with what people must know. Anything else that is thrown is a bug. */
export class Failure extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(...diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(({ message }) => message).join(' '));
    this.diagnostics = diagnostics;
  }
}

/** `path` says which part of the environment it is about, such as `database`. */
export function problem(code: string, path: string, message: string, fix: string): Diagnostic {
  return diagnostic({ code, path, message, fix });
}
