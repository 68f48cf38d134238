import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { diagnostic } from '../core/diagnostic.js';
import type { Diagnostic } from '../core/diagnostic.js';

/** cdktf removes every folder below `stacks` that its app did not write, such as another app's with its state. */
export function foreignStacks(output: string, own: readonly string[]): Diagnostic | null {
  const folder = join(output, 'stacks');
  const others = foldersIn(folder).filter((name) => !own.includes(name));
  if (others.length === 0) return null;
  return diagnostic({
    code: 'foreign-stacks',
    path: output,
    message: `${folder} contains entries of other stacks (${others.join(', ')}), which writing there would remove.`,
    fix: 'Set `--output` to another folder, or move these entries away.',
  });
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
