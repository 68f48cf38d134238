import type { FastifyInstance } from 'fastify';
import { diagnostic } from '../../../../core/diagnostic.js';
import { guardAgainstForgery, refuse } from '../access.js';
import { problems } from '../routes/problems-schema.js';
import type { SignInCookies } from './cookies.js';
import { signInLimit } from './oidc-routes.js';
import type { SessionEnds } from './session-ends.js';
import { roleOfToken } from './tokens.js';
import type { SignInSecrets } from './tokens.js';

interface SessionRoutes {
  readonly secrets: SignInSecrets;
  readonly cookies: SignInCookies;
  readonly ends: SessionEnds;
  /** Whether people can sign in at an identity provider. */
  readonly oidc: boolean;
}

/** `/api/session`: who is signed in (GET), signing in with a token (POST), signing out (DELETE). */
export function sessionRoutes(app: FastifyInstance, { secrets, cookies, ends, oidc }: SessionRoutes): void {
  const guarded = {
    config: { access: 'anyone', rateLimit: signInLimit },
    onRequest: guardAgainstForgery(app),
  } as const;

  app.get(
    '/api/session',
    {
      config: { access: 'anyone' },
      schema: {
        operationId: 'session',
        summary: 'Who is signed in, and the token that requests which change something send as X-CSRF-Token',
        tags: ['session'],
        response: { 200: { description: 'The session', ...sessionSchema } },
      },
    },
    ({ session }, reply) => ({
      who: session?.who ?? null,
      role: session?.role ?? null,
      oidc,
      csrf: reply.generateCsrf(),
    }),
  );

  app.post<{ Body: { readonly token: string } }>(
    '/api/session',
    {
      ...guarded,
      schema: {
        operationId: 'sign_in',
        summary: 'Sign in with a token',
        tags: ['session'],
        body: {
          type: 'object',
          required: ['token'],
          additionalProperties: false,
          properties: { token: { type: 'string', minLength: 1, maxLength: 200 } },
        },
        response: { '4xx': problems },
      },
    },
    async (request, reply) => {
      const role = roleOfToken(request.body.token, secrets);
      if (role === undefined) return refuse(reply, 403, wrongToken());
      cookies.begin(reply, { who: `local-${role}`, role });
      return { who: `local-${role}`, role };
    },
  );

  app.delete<{ Querystring: { readonly everywhere?: boolean } }>(
    '/api/session',
    {
      ...guarded,
      schema: {
        operationId: 'sign_out',
        summary: 'Sign out: the session ends for everybody who has its cookie',
        tags: ['session'],
        querystring: {
          type: 'object',
          additionalProperties: false,
          properties: {
            everywhere: { type: 'boolean', description: 'End all sessions of this person, in every browser.' },
          },
        },
        response: { '4xx': problems },
      },
    },
    async ({ session, query: { everywhere = false } }, reply) => {
      cookies.end(reply);
      if (session !== undefined) await ends.end(session, { everywhere });
      return { who: null, role: null };
    },
  );
}

const sessionSchema = {
  type: 'object',
  properties: {
    who: { type: ['string', 'null'] },
    role: { type: ['string', 'null'] },
    oidc: { type: 'boolean' },
    csrf: { type: 'string' },
  },
} as const;

function wrongToken() {
  return diagnostic({
    code: 'wrong-token',
    message: 'The token does not belong to this dashboard.',
    fix: 'Use a token that `aws2openstack dashboard` printed when it was first started; `--new-tokens` prints new ones.',
  });
}
