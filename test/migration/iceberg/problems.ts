import type { Diagnostic } from '../../../core/diagnostic.js';
import type { Result } from '../../../core/result.js';

export function problemsOf(result: Result<unknown>): readonly Diagnostic[] {
  if (result.ok) throw new Error(`It succeeded: ${JSON.stringify(result.value)}`);
  return result.error;
}
