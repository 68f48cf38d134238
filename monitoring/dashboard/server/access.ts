import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { diagnostic } from '../../../core/diagnostic.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import type { Problems } from './options.js';
import { includes } from './sign-in/roles.js';
import type { Role } from './sign-in/roles.js';
import type { Session } from './sign-in/session.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may ask, `public` without looking who does; a route that does not say is for admins. */
    readonly access?: Role | 'anyone' | 'public';
  }
  interface FastifyRequest {
    session: Session | undefined;
  }
}

/**
 * Refuses every request that its route does not allow, before anything of it is read. `sessionOf` throws where it cannot
 * know: nobody is let in, and nobody is told that they are signed out.
 */
export function guardRoutes(
  app: FastifyInstance,
  sessionOf: (request: FastifyRequest) => Promise<Session | undefined>,
): void {
  app.decorateRequest('session', undefined);
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) return;
    const { access = 'admin' } = request.routeOptions.config;
    if (access === 'public') return;
    request.session = await sessionOf(request);
    if (access === 'anyone') return;
    if (request.session === undefined) return refuse(reply, 401, notSignedIn());
    if (!includes(request.session.role, access)) return refuse(reply, 403, notAllowed(access));
  });
}

/** Refuses a request that changes something and does not carry the token that only our page can read. */
export function guardAgainstForgery(app: FastifyInstance): onRequestHookHandler {
  return (request, reply, next) => {
    app.csrfProtection(request, reply, next);
  };
}

/** The session of a request that `guardRoutes` let through. */
export function signedIn({ session }: FastifyRequest): Session {
  if (session === undefined) throw new Error('the route is open to anyone');
  return session;
}

export function refuse(reply: FastifyReply, status: number, ...errors: readonly Diagnostic[]): FastifyReply {
  return reply.code(status).send({ errors } satisfies Problems);
}

/** An operator may preview what changes something. */
export function onlyAdmins(): Diagnostic {
  return diagnostic({
    code: 'role-not-enough',
    message: 'Only an admin may make changes; an operator may preview them.',
    fix: 'Set `preview` to true, or sign in with the admin token.',
  });
}

function notSignedIn(): Diagnostic {
  return diagnostic({
    code: 'not-signed-in',
    message: 'The request has no valid session.',
    fix: 'Sign in at `/`; `aws2openstack dashboard --new-tokens` prints new tokens.',
  });
}

function notAllowed(needed: Role): Diagnostic {
  return diagnostic({
    code: 'role-not-enough',
    message: `This needs the role ${needed}.`,
    fix: `Sign in with the ${needed} token, or as a member of the group in A2O_OIDC_${needed.toUpperCase()}_GROUP.`,
  });
}
