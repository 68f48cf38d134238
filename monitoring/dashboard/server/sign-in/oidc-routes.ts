import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as client from 'openid-client';
import type { SignInCookies } from './cookies.js';
import { nameOfClaims, roleOfClaims } from './oidc.js';
import type { OidcSettings } from './oidc.js';
import {
  inNoGroup,
  notStarted,
  refusedSignIn,
  tooManyAttempts,
  unexpectedFailure,
  unreachableProvider,
} from './oidc-failures.js';
import type { SignInFailure } from './oidc-failures.js';
import { failurePage, signedInPage } from './sign-in-pages.js';

/**
 * `GET /sign-in` leads to the provider, and `/sign-in/callback` back: authorization code, with PKCE, state and nonce. Both are
 * for browsers: what went wrong is a page.
 */
export function oidcRoutes(
  app: FastifyInstance,
  settings: OidcSettings,
  { cookies, onProblem }: { readonly cookies: SignInCookies; readonly onProblem: (problem: unknown) => void },
): void {
  const callback = new URL('/sign-in/callback', settings.publicUrl);
  let discovered: Promise<client.Configuration> | undefined;
  /** `undefined` where the provider does not answer; the next person asks it again. */
  const provider = async (): Promise<client.Configuration | undefined> => {
    discovered ??= discover(settings);
    try {
      return await discovered;
    } catch (error) {
      discovered = undefined;
      onProblem(error);
      return undefined;
    }
  };
  const options = {
    config: { access: 'public', rateLimit: signInLimit },
    schema: { hide: true },
    errorHandler: (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
      const isTooMany = error.statusCode === 429;
      if (!isTooMany) onProblem(error);
      void showFailure(request, reply, isTooMany ? tooManyAttempts() : unexpectedFailure());
    },
  } as const;

  app.get('/sign-in', options, async (request, reply) => {
    const found = await provider();
    if (found === undefined) return showFailure(request, reply, unreachableProvider());
    const started = {
      verifier: client.randomPKCECodeVerifier(),
      state: client.randomState(),
      nonce: client.randomNonce(),
    };
    const to = client.buildAuthorizationUrl(found, {
      redirect_uri: callback.href,
      scope: 'openid email profile',
      code_challenge: await client.calculatePKCECodeChallenge(started.verifier),
      code_challenge_method: 'S256',
      state: started.state,
      nonce: started.nonce,
    });
    cookies.rememberStart(reply, started);
    return await reply.redirect(to.href);
  });

  app.get('/sign-in/callback', options, async (request, reply) => {
    const started = cookies.takeStart(request, reply);
    if (started === undefined) return showFailure(request, reply, notStarted());
    const found = await provider();
    if (found === undefined) return showFailure(request, reply, unreachableProvider());
    const current = new URL(callback);
    current.search = new URL(request.url, callback).search;
    let claims: Readonly<Record<string, unknown>>;
    try {
      const tokens = await client.authorizationCodeGrant(found, current, {
        pkceCodeVerifier: started.verifier,
        expectedState: started.state,
        expectedNonce: started.nonce,
        idTokenExpected: true,
      });
      claims = tokens.claims() ?? {};
    } catch (error) {
      onProblem(error);
      return showFailure(request, reply, refusedSignIn(error));
    }
    const role = roleOfClaims(claims, settings);
    if (role === undefined) return showFailure(request, reply, inNoGroup(claims, settings));
    cookies.begin(reply, { who: nameOfClaims(claims), role });
    return await reply.type(html).header('Cache-Control', 'no-store').send(signedInPage());
  });
}

export const signInLimit = { max: 20, timeWindow: '1 minute' } as const;

const html = 'text/html; charset=utf-8';

function showFailure(request: FastifyRequest, reply: FastifyReply, failure: SignInFailure): FastifyReply {
  const page = failurePage(failure, request.id);
  return reply.code(failure.status).type(html).header('Cache-Control', 'no-store').send(page);
}

async function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<client.Configuration> {
  const isLocal = issuer.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(issuer.hostname);
  return await client.discovery(issuer, clientId, clientSecret, undefined, {
    // A provider on this machine may be without TLS.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated only to warn; the line above it allows loopback alone
    ...(isLocal && { execute: [client.allowInsecureRequests] }),
  });
}
