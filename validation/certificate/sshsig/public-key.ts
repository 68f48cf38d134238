import { createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { WireReader } from './wire.js';

const curves: Readonly<Record<string, { readonly crv: string; readonly bytes: number; readonly hash: string }>> = {
  'ecdsa-sha2-nistp256': { crv: 'P-256', bytes: 32, hash: 'sha256' },
  'ecdsa-sha2-nistp384': { crv: 'P-384', bytes: 48, hash: 'sha384' },
  'ecdsa-sha2-nistp521': { crv: 'P-521', bytes: 66, hash: 'sha512' },
};
/** `ssh-rsa`, which hashes by SHA-1, is not among them. */
const rsaHashes: Readonly<Record<string, string>> = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' };

/** The kind of a public key, such as `ssh-ed25519`; `null` for data that is not one. */
export function keyType(publicKey: Buffer): string | null {
  return reading(() => new WireReader(publicKey).text());
}

/** Whether keys of this kind can be verified here. Keys on hardware tokens (`sk-…`) and certificates cannot. */
export function isKnownKeyType(type: string): boolean {
  return type === 'ssh-ed25519' || type === 'ssh-rsa' || type in curves;
}

/** Whether `signature`, in SSH's format, is that of the key over the data. Source: RFC 8709, RFC 8332, RFC 5656. */
export function isSignedBy(publicKey: Buffer, data: Buffer, signature: Buffer): boolean {
  return (
    reading(() => {
      const reader = new WireReader(signature);
      const [algorithm, value] = [reader.text(), reader.string()];
      return reader.isAtEnd && verifies(publicKey, data, algorithm, value);
    }) ?? false
  );
}

function verifies(publicKey: Buffer, data: Buffer, algorithm: string, value: Buffer): boolean {
  const reader = new WireReader(publicKey);
  const type = reader.text();
  if (type === 'ssh-ed25519')
    return (
      algorithm === type && verify(null, data, jwk({ kty: 'OKP', crv: 'Ed25519', x: url(reader.string()) }), value)
    );
  if (type === 'ssh-rsa') {
    const hash = rsaHashes[algorithm];
    const e = reader.string();
    const key = jwk({ kty: 'RSA', e: url(unsigned(e)), n: url(unsigned(reader.string())) });
    return hash !== undefined && verify(hash, data, key, value);
  }
  const curve = curves[type];
  if (curve === undefined || algorithm !== type) return false;
  reader.string();
  const point = reader.string();
  const [x, y] = [point.subarray(1, 1 + curve.bytes), point.subarray(1 + curve.bytes)];
  const parts = new WireReader(value);
  const joined = Buffer.concat([parts.string(), parts.string()].map((part) => fixed(part, curve.bytes)));
  const key = jwk({ kty: 'EC', crv: curve.crv, x: url(x), y: url(y) });
  return verify(curve.hash, data, { key, dsaEncoding: 'ieee-p1363' }, joined);
}

function jwk(key: Readonly<Record<string, string>>): KeyObject {
  return createPublicKey({ format: 'jwk', key });
}

function url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

/** SSH puts a zero before a number whose highest bit is set. */
function unsigned(number: Buffer): Buffer {
  return number[0] === 0 ? number.subarray(1) : number;
}

function fixed(number: Buffer, length: number): Buffer {
  const bytes = unsigned(number);
  if (bytes.length > length) throw new RangeError('The number is too long.');
  return Buffer.concat([Buffer.alloc(length - bytes.length), bytes]);
}

/** `null` where the data is damaged: it ends early, or is not a key. */
function reading<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_') === true) return null;
    throw error;
  }
}
