import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sha256 } from '../../../../core/canonical-json.js';
import { newSession, openSession, sealSession, sealed, sessionSeconds, unsealed } from './session.js';
import type { Person, Session } from './session.js';

/** The data that the browser keeps between the two steps of OpenID Connect. */
export interface StartedSignIn {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
}

interface CookieNames {
  readonly session: string;
  readonly start: string;
  readonly csrf: string;
}

/** A browser sends a cookie to every port of a host: each dashboard has its own names, so that several can be open. */
export function cookieNames(key: Buffer, { secure }: { readonly secure: boolean }): CookieNames {
  const prefix = `${secure ? '__Host-' : ''}a2o_${sha256(key).slice(0, 8)}`;
  return { session: `${prefix}_session`, start: `${prefix}_sign_in`, csrf: `${prefix}_csrf` };
}

/** The cookies of signing in: no script reads them, and no other site can send them. */
export class SignInCookies {
  readonly options: CookieSerializeOptions;
  readonly names: CookieNames;

  constructor(
    private readonly key: Buffer,
    { secure }: { readonly secure: boolean },
  ) {
    this.names = cookieNames(key, { secure });
    this.options = { path: '/', httpOnly: true, sameSite: 'strict', secure };
  }

  begin(reply: FastifyReply, person: Person): void {
    const value = sealSession(newSession(person, new Date()), this.key);
    void reply.setCookie(this.names.session, value, { ...this.options, maxAge: sessionSeconds });
  }

  end(reply: FastifyReply): void {
    void reply.clearCookie(this.names.session, this.options);
  }

  /** As the browser has it: it may have been ended meanwhile. */
  sessionOf({ cookies }: FastifyRequest): Session | undefined {
    const value = cookies[this.names.session];
    return value === undefined ? undefined : openSession(value, this.key, new Date());
  }

  /** Lax, because the browser comes back from the provider's site. */
  rememberStart(reply: FastifyReply, started: StartedSignIn): void {
    const value = sealed({ ...started, until: Date.now() + 600_000 }, this.key);
    void reply.setCookie(this.names.start, value, { ...this.options, sameSite: 'lax', maxAge: 600 });
  }

  takeStart({ cookies }: FastifyRequest, reply: FastifyReply): StartedSignIn | undefined {
    const value = cookies[this.names.start];
    if (value === undefined) return undefined;
    void reply.clearCookie(this.names.start, { ...this.options, sameSite: 'lax' });
    const { verifier, state, nonce, until } = unsealed(value, this.key) ?? {};
    if (typeof until !== 'number' || until < Date.now()) return undefined;
    return [verifier, state, nonce].every((each) => typeof each === 'string')
      ? ({ verifier, state, nonce } as StartedSignIn)
      : undefined;
  }
}
