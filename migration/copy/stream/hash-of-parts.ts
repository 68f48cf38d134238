import { createHash } from 'node:crypto';
import type { PartHash } from '../copy-engine.js';

/** As S3 writes checksums of checksums. */
export function hashOfParts(parts: readonly Pick<PartHash, 'sha256'>[]): string {
  const hash = createHash('sha256');
  for (const { sha256 } of parts) hash.update(Buffer.from(sha256, 'hex'));
  return `${hash.digest('hex')}-${parts.length}`;
}
