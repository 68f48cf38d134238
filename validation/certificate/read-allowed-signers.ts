import { readFileSync } from 'node:fs';
import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';

/** The content of a file that says who may sign. */
export function readAllowedSigners(file: string): Result<string> {
  try {
    return ok(readFileSync(file, 'utf8'));
  } catch (error) {
    return fail([
      diagnostic({
        code: 'allowed-signers-unreadable',
        path: file,
        message: `The file of allowed signers cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
        fix: 'Set --allowed-signers to a file with lines of IDENTITY TYPE KEY.',
      }),
    ]);
  }
}
