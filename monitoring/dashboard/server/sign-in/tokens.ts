import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { writeFileAtomically } from '../../../../core/atomic-file.js';
import { diagnostic } from '../../../../core/diagnostic.js';
import { fail, ok } from '../../../../core/result.js';
import type { Result } from '../../../../core/result.js';
import { roles } from './roles.js';
import type { Role } from './roles.js';

/**
 * The content of the file: hashes, because whoever reads it must not be able to sign in, and the key that signs
 * sessions.
 */
export interface SignInSecrets {
  /** SHA-256 of each role's token, in hexadecimal; tokens are 256 random bits, so they need no salt. */
  readonly tokens: Readonly<Record<Role, string>>;
  readonly key: Buffer;
}

/** Of the role; shown once, and not kept. */
export type NewTokens = Readonly<Record<Role, string>>;

export interface OpenedSecrets {
  readonly secrets: SignInSecrets;
  /** Where the file was made by this call. */
  readonly made: NewTokens | undefined;
  readonly madeAt: Date;
}

/** Reads the file, or makes it, readable only by its owner. Throws the system's errors. */
export function openSecrets(file: string, { renew = false } = {}): Result<OpenedSecrets> {
  if (renew || !existsSync(file)) return ok(makeSecrets(file));
  const parsed = parse(readFileSync(file, 'utf8'));
  return parsed === undefined
    ? fail([unreadable(file)])
    : ok({ secrets: parsed, made: undefined, madeAt: statSync(file).mtime });
}

/** The role that a token signs in to. */
export function roleOfToken(token: string, { tokens }: SignInSecrets): Role | undefined {
  const given = Buffer.from(hashOf(token), 'hex');
  return roles.find((role) => timingSafeEqual(given, Buffer.from(tokens[role], 'hex')));
}

function makeSecrets(file: string): OpenedSecrets {
  const token = (role: Role): string => `a2o-${role}-${randomBytes(32).toString('base64url')}`;
  const made = { viewer: token('viewer'), operator: token('operator'), admin: token('admin') };
  const tokens = { viewer: hashOf(made.viewer), operator: hashOf(made.operator), admin: hashOf(made.admin) };
  const key = randomBytes(32);
  writeFileAtomically(file, `${JSON.stringify({ tokens, key: key.toString('hex') })}\n`, 0o600);
  return { secrets: { tokens, key }, made, madeAt: new Date() };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function parse(text: string): SignInSecrets | undefined {
  try {
    const { tokens, key } = JSON.parse(text) as { tokens: Record<Role, string>; key: string };
    const isHash = (hex: unknown): boolean => typeof hex === 'string' && /^[0-9a-f]{64}$/.test(hex);
    return isHash(key) && roles.every((role) => isHash(tokens[role]))
      ? { tokens, key: Buffer.from(key, 'hex') }
      : undefined;
  } catch {
    return undefined;
  }
}

function unreadable(file: string) {
  return diagnostic({
    code: 'dashboard-secrets',
    path: file,
    message: 'The file with the hashes of the sign-in tokens was not written by this command.',
    fix: 'Run `aws2openstack dashboard --new-tokens`, which replaces it and ends all sessions.',
  });
}
