import { diagnostic } from '../../../core/diagnostic.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { matchesPatterns, parseAllowedSigners } from './allowed-signers.js';
import type { AllowedSigner } from './allowed-signers.js';
import { isKnownKeyType, isSignedBy, keyType } from './public-key.js';
import { parseSignature, signedData } from './signature.js';
import { fingerprintOf } from './fingerprint.js';

export interface TrustedSigners {
  /** The content of an allowed signers file. */
  readonly allowedSigners: string;
  /** Its path, for messages. */
  readonly file: string;
  /** Required signer. @default anyone whom the file allows */
  readonly identity?: string;
  /** When the signer must be allowed. */
  readonly at: Date;
}

export interface Signer {
  /** The identity that was asked for, or the patterns of the signer's line. */
  readonly identity: string;
  /** Such as `SHA256:…`, as ssh-keygen prints it. */
  readonly fingerprint: string;
  readonly keyType: string;
}

/** The signer of the message, if the file allows it. `path` is the place of the signature, for messages. */
export function verifySignature(
  message: Uint8Array,
  armored: string,
  namespace: string,
  trusted: TrustedSigners,
  path: string,
): Result<Signer> {
  const signature = parseSignature(armored);
  if (signature === null)
    return refuse(
      'signature-malformed',
      path,
      'The file is not a complete SSH signature.',
      'Copy the signature again from the original location of the certificate.',
    );
  const type = keyType(signature.publicKey);
  if (type === null || !isKnownKeyType(type))
    return refuse(
      'signature-key-type',
      path,
      `The signature was made by a key of the type ${JSON.stringify(type)}; ssh-ed25519, ssh-rsa and ecdsa-sha2-nistp256, 384 and 521 can be verified.`,
      'Verify it with ssh-keygen -Y verify, which knows other types.',
    );
  if (signature.namespace !== namespace)
    return refuse(
      'signature-namespace',
      path,
      `The signature was made for ${JSON.stringify(signature.namespace)}; a certificate needs one for '${namespace}'.`,
      `Sign the certificate with -n ${namespace}.`,
    );
  if (!isSignedBy(signature.publicKey, signedData(signature, message), signature.signature))
    return refuse(
      'signature-invalid',
      path,
      'The signature does not match this certificate: one of the two was changed, or they do not belong together.',
      'Copy the certificate and its signature again from their original location.',
    );
  return signerOf(signature.publicKey, type, namespace, trusted);
}

function signerOf(publicKey: Buffer, type: string, namespace: string, trusted: TrustedSigners): Result<Signer> {
  const { allowedSigners, file, identity, at } = trusted;
  const fingerprint = fingerprintOf(publicKey);
  const { signers, unreadable } = parseAllowedSigners(allowedSigners);
  const ofKey = signers.filter(
    ({ publicKey: allowed, principals }) =>
      allowed.equals(publicKey) && (identity === undefined || matchesPatterns(principals, identity)),
  );
  const problems = ofKey.map((signer) => problemOf(signer, namespace, at));
  const good = ofKey.find((_signer, index) => problems[index] === null);
  if (good !== undefined) return ok({ identity: identity ?? good.principals, fingerprint, keyType: type });
  const known = problems.find((problem) => problem !== null);
  if (known !== undefined) return refuse(known.code, file, known.message, known.fix);
  const who = identity === undefined ? '' : ` for '${identity}'`;
  const skipped = unreadable.length === 0 ? '' : ` Lines that cannot be read: ${unreadable.join(', ')}.`;
  return refuse(
    'signer-unknown',
    file,
    `The certificate was signed by the key ${fingerprint}, which the file does not allow${who}.${skipped}`,
    'Add the key to the file if you know whose it is: IDENTITY TYPE KEY, as in ssh-keygen(1), ALLOWED SIGNERS.',
  );
}

function problemOf(
  { namespaces, validAfter, validBefore, publicKey }: AllowedSigner,
  namespace: string,
  at: Date,
): Pick<Diagnostic, 'code' | 'message' | 'fix'> | null {
  const key = `The key ${fingerprintOf(publicKey)}`;
  if (namespaces !== null && !matchesPatterns(namespaces, namespace))
    return {
      code: 'signer-namespace',
      message: `${key} is allowed for ${JSON.stringify(namespaces)}, not for '${namespace}'.`,
      fix: `If the key may sign certificates, add ${namespace} to the \`namespaces\` option of its line.`,
    };
  if (validAfter !== null && at < validAfter)
    return {
      code: 'signer-not-yet-valid',
      message: `${key} is valid from ${validAfter.toISOString()}; the signature was checked as of ${at.toISOString()}.`,
      fix: 'Correct `valid-after` on its line, or set --verify-time to the time of signing.',
    };
  if (validBefore !== null && at >= validBefore)
    return {
      code: 'signer-expired',
      message: `${key} was valid until ${validBefore.toISOString()}; the signature was checked as of ${at.toISOString()}.`,
      fix: 'Set --verify-time to the time of signing if you know it from another source, or have the certificate signed again.',
    };
  return null;
}

function refuse(code: string, path: string, message: string, fix: string): Result<never> {
  return fail([diagnostic({ code, path, message, fix })]);
}
