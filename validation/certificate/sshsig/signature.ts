import { createHash } from 'node:crypto';
import { WireReader, wireString } from './wire.js';

/** An SSH signature of a file. Source: OpenSSH, PROTOCOL.sshsig. */
export interface SshSignature {
  /** As in a public key file, decoded. */
  readonly publicKey: Buffer;
  /** The purpose of the signature, so that one made for another purpose does not count. */
  readonly namespace: string;
  readonly hashAlgorithm: 'sha256' | 'sha512';
  readonly reserved: Buffer;
  /** The algorithm and the value, each as a `string`. */
  readonly signature: Buffer;
}

const magic = 'SSHSIG';
const begin = '-----BEGIN SSH SIGNATURE-----';
const end = '-----END SSH SIGNATURE-----';
const lineLength = 70;

/** The data that is signed instead of the message: its hash, bound to the namespace. */
export function signedData(
  { namespace, hashAlgorithm, reserved }: Omit<SshSignature, 'publicKey' | 'signature'>,
  message: Uint8Array,
): Buffer {
  const hash = createHash(hashAlgorithm).update(message).digest();
  return Buffer.concat([
    Buffer.from(magic),
    ...[namespace, reserved, hashAlgorithm, hash].map((part) => wireString(part)),
  ]);
}

/** The text of a `.sig` file, as `ssh-keygen -Y sign` writes it. */
export function armorSignature({ publicKey, namespace, reserved, hashAlgorithm, signature }: SshSignature): string {
  const version = Buffer.from([0, 0, 0, 1]);
  const blob = Buffer.concat([
    Buffer.from(magic),
    version,
    ...[publicKey, namespace, reserved, hashAlgorithm, signature].map((part) => wireString(part)),
  ]);
  const lines = blob.toString('base64').match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? [];
  return [begin, ...lines, end, ''].join('\n');
}

/** `null` for anything but a complete signature of version 1. */
export function parseSignature(text: string): SshSignature | null {
  const lines = text.trim().split(/\r?\n/);
  if (lines[0] !== begin || lines.at(-1) !== end) return null;
  const body = lines.slice(1, -1).join('');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body)) return null;
  try {
    return readBlob(new WireReader(Buffer.from(body, 'base64')));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function readBlob(reader: WireReader): SshSignature | null {
  if (reader.bytes(magic.length).toString('latin1') !== magic || reader.uint32() !== 1) return null;
  const publicKey = reader.string();
  const namespace = reader.text();
  const reserved = reader.string();
  const hashAlgorithm = reader.text();
  const signature = reader.string();
  if (!reader.isAtEnd || (hashAlgorithm !== 'sha256' && hashAlgorithm !== 'sha512')) return null;
  return { publicKey, namespace, reserved, hashAlgorithm, signature };
}
