import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';

/** Why a collector stops, whatever it collects. */
export const interrupted: Diagnostic = diagnostic({
  code: 'interrupted',
  message: 'The assessment was interrupted; what was read so far is kept.',
  fix: 'Run the same command again: it continues where it stopped.',
});

export function runInProgress(folder: string, pid: number): Diagnostic {
  return diagnostic({
    code: 'run-in-progress',
    message: `Another assessment (process ${pid}) is writing to ${folder}.`,
    fix: 'Wait until it ends, or name another folder with --output-dir.',
  });
}

export function cannotWrite(folder: string, code: string, message: string): Diagnostic {
  const fix =
    code === 'ENOSPC'
      ? 'Free space there or name another folder with --output-dir, then run the same command again.'
      : 'Name a writable folder with --output-dir.';
  return diagnostic({
    code: code === 'ENOSPC' ? 'no-space' : 'cannot-write',
    message: `Cannot write to the output folder ${folder}: ${message}.`,
    fix,
  });
}
