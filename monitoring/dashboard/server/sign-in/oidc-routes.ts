import type { FastifyInstance } from 'fastify';
import * as client from 'openid-client';
import { diagnostic } from '../../../../core/diagnostic.js';
import { refuse } from '../access.js';
import type { SignInCookies } from './cookies.js';
import { nameOfClaims, roleOfClaims } from './oidc.js';
import type { OidcSettings } from './oidc.js';

/** `GET /sign-in` leads to the provider, and `/sign-in/callback` back: authorization code, with PKCE, state and nonce. */
export function oidcRoutes(
  app: FastifyInstance,
  settings: OidcSettings,
  { cookies, onProblem }: { readonly cookies: SignInCookies; readonly onProblem: (problem: unknown) => void },
): void {
  const callback = new URL('/sign-in/callback', settings.publicUrl);
  let discovered: Promise<client.Configuration> | undefined;
  const configuration = (): Promise<client.Configuration> => {
    discovered ??= discover(settings).catch((error: unknown) => {
      discovered = undefined;
      throw error;
    });
    return discovered;
  };

  app.get(
    '/sign-in',
    { config: { access: 'anyone', rateLimit: signInLimit }, schema: { hide: true } },
    async (_request, reply) => {
      const provider = await configuration().catch((error: unknown) => {
        onProblem(error);
        return undefined;
      });
      if (provider === undefined) return refuse(reply, 502, providerUnreachable());
      const started = {
        verifier: client.randomPKCECodeVerifier(),
        state: client.randomState(),
        nonce: client.randomNonce(),
      };
      const to = client.buildAuthorizationUrl(provider, {
        redirect_uri: callback.href,
        scope: 'openid email profile',
        code_challenge: await client.calculatePKCECodeChallenge(started.verifier),
        code_challenge_method: 'S256',
        state: started.state,
        nonce: started.nonce,
      });
      cookies.rememberStart(reply, started);
      return await reply.redirect(to.href);
    },
  );

  app.get(
    '/sign-in/callback',
    { config: { access: 'anyone', rateLimit: signInLimit }, schema: { hide: true } },
    async (request, reply) => {
      const started = cookies.takeStart(request, reply);
      if (started === undefined) return refuse(reply, 400, notStarted());
      const current = new URL(callback);
      current.search = new URL(request.url, callback).search;
      let claims: Readonly<Record<string, unknown>> | undefined;
      try {
        const tokens = await client.authorizationCodeGrant(await configuration(), current, {
          pkceCodeVerifier: started.verifier,
          expectedState: started.state,
          expectedNonce: started.nonce,
        });
        claims = tokens.claims();
      } catch (error) {
        onProblem(error);
      }
      const role = claims === undefined ? undefined : roleOfClaims(claims, settings);
      if (claims === undefined || role === undefined) return refuse(reply, 403, notAccepted(claims));
      cookies.begin(reply, { who: nameOfClaims(claims), role });
      // A redirect would count as coming from the provider, and the browser would withhold the strict cookie.
      return await reply
        .type('text/html; charset=utf-8')
        .send('<!doctype html><title>Signed in</title><meta http-equiv="refresh" content="0;url=/">');
    },
  );
}

export const signInLimit = { max: 20, timeWindow: '1 minute' } as const;

async function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<client.Configuration> {
  const isLocal = issuer.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(issuer.hostname);
  return await client.discovery(issuer, clientId, clientSecret, undefined, {
    // A provider on this machine may be without TLS.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated only to warn; the line above it allows loopback alone
    ...(isLocal && { execute: [client.allowInsecureRequests] }),
  });
}

function providerUnreachable() {
  return diagnostic({
    code: 'identity-provider-unreachable',
    message: 'The identity provider does not answer as OpenID Connect.',
    fix: 'Try again, or sign in with a token at `/`; an administrator finds the reason in the log of `aws2openstack dashboard`, and corrects A2O_OIDC_ISSUER.',
  });
}

function notStarted() {
  return diagnostic({
    code: 'sign-in-not-started',
    message: 'This browser has not begun to sign in, or took longer than ten minutes.',
    fix: 'Open `/sign-in` again.',
  });
}

function notAccepted(claims: object | undefined) {
  return diagnostic({
    code: 'sign-in-refused',
    message:
      claims === undefined
        ? 'The identity provider did not confirm who you are.'
        : 'You are not in a group that may use the dashboard.',
    fix: 'Ask an administrator for a group in A2O_OIDC_VIEWER_GROUP, A2O_OIDC_OPERATOR_GROUP or A2O_OIDC_ADMIN_GROUP.',
  });
}
