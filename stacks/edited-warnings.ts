import { diagnostic } from '../core/diagnostic.js';
import type { Diagnostic } from '../core/diagnostic.js';

/** More files than a person reads. */
const mostShown = 10;

/** Of generated files that somebody had changed by hand, and that a synth has replaced. */
export function editedWarnings(output: string, edited: readonly string[]): readonly Diagnostic[] {
  if (edited.length === 0) return [];
  const more = edited.length - mostShown;
  const names = [...edited.slice(0, mostShown), ...(more > 0 ? [`${more} more`] : [])].join(', ');
  return [
    diagnostic({
      code: 'synth-replaced-changes',
      severity: 'warning',
      path: output,
      message: `Generated files had been changed since the last synth, and were replaced: ${names}.`,
      fix: 'Make such changes in the mapping, or in your own files beside the generated ones, which synth keeps.',
    }),
  ];
}
