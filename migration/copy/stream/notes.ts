import { diagnostic } from '../../../core/diagnostic.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import type { ObjectRef } from '../../../clients/s3/listing/index.js';

/**
 * The parts that a copied object lacks, for people, such as `its tags`; with a fix if there is a better one than the
 * usual one.
 */
export type LeftBehind = string | LeftWithFix;

interface LeftWithFix {
  readonly what: string;
  readonly fix?: string;
}

/** The notes on properties that a copied object has left behind. */
export function notesFor({ bucket, key }: ObjectRef, left: readonly LeftBehind[]): readonly Diagnostic[] {
  return left.map((each) => {
    const { what, fix }: LeftWithFix = typeof each === 'string' ? { what: each } : each;
    return diagnostic({
      code: 'object-not-carried-whole',
      severity: 'warning',
      path: `s3://${bucket}/${key}`,
      message: `The object was copied without ${what}.`,
      fix: fix ?? 'Store what you need of it elsewhere, for example in a table.',
    });
  });
}
