import { createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { diagnostic } from '../../../core/diagnostic.js';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { WireReader, wireString } from './wire.js';

/** An Ed25519 key pair that signs in this process. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  /** In SSH's format. */
  readonly publicKey: Buffer;
}

const magic = 'openssh-key-v1\0';
const type = 'ssh-ed25519';

/** Reads a key file as `ssh-keygen -t ed25519` writes it, or a PEM of PKCS #8. `path` is for messages. */
export function parseSigningKey(text: string, path: string): Result<SigningKey> {
  const [, label = '', body = ''] =
    /-----BEGIN ([A-Z ]+)-----\s+([A-Za-z0-9+/=\s]+?)\s*-----END \1-----/.exec(text) ?? [];
  try {
    if (label === 'OPENSSH PRIVATE KEY') return parseOpenSsh(Buffer.from(body, 'base64'), path);
    if (label === 'ENCRYPTED PRIVATE KEY') return encrypted(path);
    if (label === 'PRIVATE KEY') return fromKeyObject(createPrivateKey(text), path);
  } catch (error) {
    if (!(error instanceof RangeError) && !isOfCrypto(error)) throw error;
    return damaged(path, 'The key is damaged.');
  }
  return damaged(path, 'The file is neither an OpenSSH private key nor a PKCS #8 key in PEM format.');
}

/** Source: OpenSSH, PROTOCOL.key. */
function parseOpenSsh(data: Buffer, path: string): Result<SigningKey> {
  const reader = new WireReader(data);
  if (reader.bytes(magic.length).toString('latin1') !== magic) return damaged(path, 'The key is damaged.');
  const cipher = reader.text();
  if (cipher !== 'none') return encrypted(path);
  reader.string();
  reader.string();
  if (reader.uint32() !== 1) return damaged(path, 'The file holds several keys.');
  reader.string();
  const secret = new WireReader(reader.string());
  if (secret.uint32() !== secret.uint32()) return damaged(path, 'The key is damaged.');
  const found = secret.text();
  if (found !== type) return unsupported(path, found);
  const x = secret.string();
  const seed = secret.string().subarray(0, 32);
  const url = (bytes: Buffer): string => bytes.toString('base64url');
  const key = { kty: 'OKP', crv: 'Ed25519', x: url(x), d: url(seed) };
  return fromKeyObject(createPrivateKey({ format: 'jwk', key }), path);
}

function fromKeyObject(privateKey: KeyObject, path: string): Result<SigningKey> {
  if (privateKey.asymmetricKeyType !== 'ed25519') return unsupported(path, privateKey.asymmetricKeyType ?? 'unknown');
  const { x = '' } = privateKey.export({ format: 'jwk' });
  const publicKey = Buffer.concat([wireString(type), wireString(Buffer.from(x, 'base64url'))]);
  return ok({ privateKey, publicKey });
}

function isOfCrypto(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code?.startsWith('ERR_') ?? false;
}

function encrypted(path: string): Result<never> {
  return fail([
    diagnostic({
      code: 'signing-key-encrypted',
      path,
      message: 'The private key is protected by a passphrase.',
      fix: `Run ssh-add ${path}, and name the public key ${path}.pub instead; the agent then signs.`,
    }),
  ]);
}

function unsupported(path: string, found: string): Result<never> {
  return fail([
    diagnostic({
      code: 'signing-key-type',
      path,
      message: `The private key is of the type ${JSON.stringify(found)}; only Ed25519 keys sign without an agent.`,
      fix: 'Make a key with ssh-keygen -t ed25519, or run ssh-add and name the public key (.pub): the agent then signs.',
    }),
  ]);
}

function damaged(path: string, message: string): Result<never> {
  return fail([
    diagnostic({
      code: 'signing-key-unreadable',
      path,
      message,
      fix: 'Make a key with ssh-keygen -t ed25519 -f FILE.',
    }),
  ]);
}
