import { diagnostic } from '../../../core/diagnostic.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import type { ObjectRef } from '../../../clients/s3/listing/index.js';

/** What a copied object has left behind. */
export function notesFor({ bucket, key }: ObjectRef, left: readonly string[]): readonly Diagnostic[] {
  return left.map((what) =>
    diagnostic({
      code: 'object-not-carried-whole',
      severity: 'warning',
      path: `s3://${bucket}/${key}`,
      message: `The object was copied without ${what}.`,
      fix: 'Keep what matters of it in another place, such as a table.',
    }),
  );
}
