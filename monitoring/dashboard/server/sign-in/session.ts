import { createHmac, timingSafeEqual } from 'node:crypto';
import { roles } from './roles.js';
import type { Role } from './roles.js';

/** Who signed in. */
export interface Session {
  /** A subject of the identity provider, or `local-` and the role. */
  readonly who: string;
  readonly role: Role;
}

const hours = 12;
export const sessionSeconds = hours * 3600;

/**
 * A session as a cookie's value, signed, so that it outlives a restart of the server. `key` is 32 random bytes; a new key
 * ends all sessions.
 */
export function sealSession(session: Session, key: Buffer, now: Date): string {
  return sealed({ ...session, until: now.getTime() + sessionSeconds * 1000 }, key);
}

/** `undefined` for one that was changed, signed by another key, or is over. */
export function openSession(cookie: string, key: Buffer, now: Date): Session | undefined {
  const { who, role, until } = unsealed(cookie, key) ?? {};
  if (typeof who !== 'string' || typeof until !== 'number' || until <= now.getTime()) return undefined;
  const known = roles.find((each) => each === role);
  return known === undefined ? undefined : { who, role: known };
}

/** Any small value that the browser keeps for the server, and cannot change. */
export function sealed(value: object, key: Buffer): string {
  const body = Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${body}.${signatureOf(body, key).toString('base64url')}`;
}

export function unsealed(text: string, key: Buffer): Readonly<Record<string, unknown>> | undefined {
  const [body = '', signature = ''] = text.split('.');
  const given = Buffer.from(signature, 'base64url');
  const expected = signatureOf(body, key);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
}

function signatureOf(body: string, key: Buffer): Buffer {
  return createHmac('sha256', key).update(body).digest();
}
