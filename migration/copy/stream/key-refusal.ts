import { diagnostic } from '../../../core/diagnostic.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import type { ObjectRef } from '../../../clients/s3/listing/index.js';
import type { ObjectPlace } from '../copy-engine.js';
import type { PartRules } from './plan-parts.js';
import type { Ending } from './reasons.js';

/** Of a key in UTF-8. Source: Amazon S3 user guide, 'Naming Amazon S3 objects'. */
const maxKeyBytes = 1024;

const goOnWithout =
  'Then run aws2openstack migrate resume, which continues without it; validate --resync copies what was renamed.';

/** Whether an object was refused without a question to the source. */
export function isRefusedUnasked(reason: Diagnostic | undefined): boolean {
  return reason?.code === 'object-key-refused' || reason?.code === 'object-too-large';
}

/** Why no store can hold an object of this key; no key is changed, so the object stays behind. */
export function s3KeyRefusal(endpoint: string, maxBytes = maxKeyBytes): (place: ObjectPlace) => Diagnostic | undefined {
  return ({ bucket, key }) => {
    const bytes = Buffer.byteLength(key);
    const reason = !key.isWellFormed()
      ? 'is not valid Unicode'
      : key === ''
        ? 'is empty'
        : bytes > maxBytes
          ? `takes ${bytes} bytes of UTF-8; ${endpoint} allows ${maxBytes}`
          : key.includes('\0')
            ? `contains the character NUL, which ${endpoint} does not take`
            : undefined;
    return reason === undefined ? undefined : refusedKey({ bucket, key }, `The key ${reason}.`);
  };
}

export function tooLarge(
  { bucket, key, size }: ObjectRef,
  endpoint: string,
  { maxParts, maxPartBytes }: PartRules,
): Ending {
  const reason = diagnostic({
    code: 'object-too-large',
    path: `s3://${bucket}/${key}`,
    message: `The object has ${size} bytes; ${endpoint} allows ${maxParts} parts of ${maxPartBytes} bytes.`,
    fix: `Split the object at the source, or move it out of the bucket. ${goOnWithout}`,
  });
  return { state: 'refused', reason };
}

export function refusedKey({ bucket, key }: ObjectPlace, message: string): Diagnostic {
  return diagnostic({
    code: 'object-key-refused',
    path: `s3://${bucket}/${key}`,
    message,
    fix: `Rename the object at the source, or move it out of the bucket. ${goOnWithout}`,
  });
}
