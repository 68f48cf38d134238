import { diagnostic } from '../core/diagnostic.js';
import type { Diagnostic } from '../core/diagnostic.js';

/** For a full disk, or a file in place of a folder: the system's error without cdktf's stack trace. */
export function notWritten(error: unknown, outdir: string): Diagnostic {
  // The error of a failed `write` has no path.
  const { code, syscall, path = outdir } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) throw error;
  return diagnostic({
    code: 'cannot-write',
    path: outdir,
    message: `The Terraform was not written, and the existing files are unchanged: ${path} cannot be written (${code}).`,
    fix: 'Free disk space or set `--output` to another folder, then run the command again.',
  });
}
