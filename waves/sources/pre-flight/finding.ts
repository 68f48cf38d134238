import { diagnostic } from '../../../core/diagnostic.js';
import type { Diagnostic } from '../../../core/diagnostic.js';

/** The guest does not boot. */
export function problem(code: string, message: string, fix: string): Diagnostic {
  return diagnostic({ code, message, fix });
}

export function warning(code: string, message: string, fix: string): Diagnostic {
  return diagnostic({ code, severity: 'warning', message, fix });
}
