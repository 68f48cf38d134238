import { createHash, createHmac, hash } from 'node:crypto';

/** SHA-256 and HMAC-SHA-256 by Node, as `@smithy/signature-v4` takes them. */
export class Sha256 {
  private readonly state: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.state = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: Uint8Array): void {
    this.state.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.state.digest());
  }

  // Nobody calls it; the interface asks for it.
  reset(): never {
    throw new Error('a hash of Node cannot be reset');
  }
}

function bytesOf(secret: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof secret === 'string') return secret;
  if (secret instanceof ArrayBuffer) return new Uint8Array(secret);
  return new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength);
}

/** In hexadecimal. */
export function sha256Of(content: Uint8Array | string): string {
  return hash('sha256', content, 'hex');
}

export const sha256OfNothing = sha256Of('');
