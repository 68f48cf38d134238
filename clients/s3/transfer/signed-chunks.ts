import type { SignatureV4 } from '@smithy/signature-v4';

/** The value of `x-amz-content-sha256` of a request whose body is signed chunk by chunk. */
export const signedChunksPayload = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';

/** S3 takes 8 KiB or more. */
const defaultChunkBytes = 256 * 1024;
const nothing = new Uint8Array(0);
const frameBytes = ';chunk-signature='.length + 64 + 2 * '\r\n'.length;

/** Of the framed body of `length` bytes of content. */
export function signedChunksLength(length: number, chunkBytes = defaultChunkBytes): number {
  const whole = Math.floor(length / chunkBytes);
  const rest = length % chunkBytes;
  const framed = (bytes: number): number => bytes.toString(16).length + frameBytes + bytes;
  return whole * framed(chunkBytes) + (rest === 0 ? 0 : framed(rest)) + framed(0);
}

/**
 * Frames content that is too large to be hashed before it is sent: each chunk carries a signature over its hash and the
 * signature before it, which the store verifies. Source: Amazon S3 API reference, 'Signature calculations for the
 * Authorization header: Transferring payload in multiple chunks'.
 */
export async function* signedChunks(
  content: AsyncIterable<Uint8Array>,
  { signer, signingDate, seed }: { readonly signer: SignatureV4; readonly signingDate: Date; readonly seed: string },
  chunkBytes = defaultChunkBytes,
): AsyncGenerator<Uint8Array> {
  let priorSignature = seed;
  const framed = async (payload: Uint8Array): Promise<Uint8Array> => {
    priorSignature = await signer.sign({ headers: nothing, payload }, { signingDate, priorSignature });
    const head = `${payload.length.toString(16)};chunk-signature=${priorSignature}\r\n`;
    return Buffer.concat([Buffer.from(head, 'latin1'), payload, Buffer.from('\r\n', 'latin1')]);
  };
  for await (const chunk of inChunks(content, chunkBytes)) yield await framed(chunk);
  yield await framed(nothing);
}

/** The seed signature in the header Authorization. */
export function signatureIn(authorization: string): string {
  return /Signature=([0-9a-f]{64})/.exec(authorization)?.[1] ?? '';
}

async function* inChunks(content: AsyncIterable<Uint8Array>, chunkBytes: number): AsyncGenerator<Uint8Array> {
  let pending = Buffer.allocUnsafe(chunkBytes);
  let filled = 0;
  for await (const piece of content) {
    for (let at = 0; at < piece.length;) {
      const taken = Math.min(piece.length - at, chunkBytes - filled);
      pending.set(piece.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled === chunkBytes) {
        yield pending;
        pending = Buffer.allocUnsafe(chunkBytes);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield pending.subarray(0, filled);
}
