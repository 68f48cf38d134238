import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { roles } from './roles.js';
import type { Role } from './roles.js';

/** Who signed in. */
export interface Person {
  /** A subject of the identity provider, or `local-` and the role. */
  readonly who: string;
  readonly role: Role;
}

export interface Session extends Person {
  /** 128 random bits, by which it can be ended before its time. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly begun: number;
  /** Milliseconds since 1970. */
  readonly until: number;
}

const hours = 12;
export const sessionSeconds = hours * 3600;

export function newSession(person: Person, now: Date): Session {
  const begun = now.getTime();
  return { ...person, id: randomBytes(16).toString('base64url'), begun, until: begun + sessionSeconds * 1000 };
}

/**
 * A session as a cookie's value, signed, so that it outlives a restart of the server. `key` is 32 random bytes; a new key
 * ends all sessions.
 */
export function sealSession({ who, role, id, begun, until }: Session, key: Buffer): string {
  return sealed({ who, role, id, begun, until }, key);
}

/** `undefined` for one that was changed, signed by another key, or is over. */
export function openSession(cookie: string, key: Buffer, now: Date): Session | undefined {
  const { who, role, id, begun, until } = unsealed(cookie, key) ?? {};
  if (typeof who !== 'string' || typeof id !== 'string') return undefined;
  if (typeof begun !== 'number' || typeof until !== 'number' || until <= now.getTime()) return undefined;
  const known = roles.find((each) => each === role);
  return known === undefined ? undefined : { who, role: known, id, begun, until };
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
