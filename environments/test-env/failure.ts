import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';

/** Ends a command of the test environment with diagnostics. Anything else that is thrown is a bug. */
export class Failure extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(...diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(({ message }) => message).join(' '));
    this.diagnostics = diagnostics;
  }
}

/** `path` names the part of the environment concerned, such as `database`. */
export function problem(code: string, path: string, message: string, fix: string): Diagnostic {
  return diagnostic({ code, path, message, fix });
}
