import * as client from 'openid-client';
import { diagnostic } from '../../../../core/diagnostic.js';
import type { Diagnostic } from '../../../../core/diagnostic.js';
import type { OidcSettings } from './oidc.js';

/** Why somebody could not sign in, as they and an administrator are told: what the provider sent is in the log alone. */
export interface SignInFailure {
  /** Of the answer. */
  readonly status: number;
  /** The cause, and what the person can do. */
  readonly problem: Diagnostic;
  /** The fix for an administrator. Settings and files are in backticks. */
  readonly administrator: string;
}

const seeLog = 'The log of `aws2openstack dashboard` has the reason';

/** To discovery, or later. */
export function unreachableProvider(): SignInFailure {
  return {
    status: 502,
    problem: diagnostic({
      code: 'identity-provider-unreachable',
      message: 'The identity provider does not answer as an OpenID Connect provider.',
      fix: 'Try again in a minute, or sign in with a token.',
    }),
    administrator: `${seeLog}. \`A2O_OIDC_ISSUER\` must be the issuer that the provider's \`/.well-known/openid-configuration\` names, reachable from the dashboard's machine with a trusted certificate.`,
  };
}

export function notStarted(): SignInFailure {
  return {
    status: 400,
    problem: diagnostic({
      code: 'sign-in-not-started',
      message: 'This browser did not start the sign-in, or the sign-in took longer than ten minutes.',
      fix: 'Try again in a single window, with cookies allowed.',
    }),
    administrator:
      'Where this happens each time, people open another address than the provider sends them back to: set `A2O_DASHBOARD_URL` to the address in their browsers.',
  };
}

export function inNoGroup(
  claims: Readonly<Record<string, unknown>>,
  { groupsClaim }: Pick<OidcSettings, 'groupsClaim'>,
): SignInFailure {
  const hasClaim = claims[groupsClaim] !== undefined;
  return {
    status: 403,
    problem: diagnostic({
      code: 'sign-in-no-group',
      message: hasClaim
        ? 'You are signed in to the identity provider, but are not in a group that may use the dashboard.'
        : 'You are signed in to the identity provider, but it does not say which groups you are in.',
      fix: hasClaim
        ? 'Ask an administrator to add you to such a group, then sign in again.'
        : 'Show this page to an administrator.',
    }),
    administrator: hasClaim
      ? 'Add the person at the provider to the group in `A2O_OIDC_VIEWER_GROUP`, `A2O_OIDC_OPERATOR_GROUP` or `A2O_OIDC_ADMIN_GROUP`, or correct these.'
      : `The ID token has no claim \`${groupsClaim}\`: let the provider add it for this client, or set \`A2O_OIDC_GROUPS_CLAIM\` to the one that lists groups.`,
  };
}

/** The failure for an error thrown while the provider's answer was checked and exchanged for an ID token. */
export function refusedSignIn(error: unknown): SignInFailure {
  if (error instanceof client.AuthorizationResponseError) return refusedByProvider(error.error);
  if (error instanceof client.ResponseBodyError) return refusedExchange(error.error);
  // Of fetch, when nobody answers.
  if (error instanceof TypeError) return unreachableProvider();
  const causes = error instanceof Error ? [error, error.cause] : [];
  const codes = causes.map((each) => (each as { readonly code?: unknown } | undefined)?.code);
  return codes.includes('OAUTH_JWT_TIMESTAMP_CHECK_FAILED') ? wrongClock() : unconfirmed();
}

/** The provider sent the person back without a code. */
function refusedByProvider(error: string): SignInFailure {
  const isDenied = error === 'access_denied';
  const isPassing = ['temporarily_unavailable', 'server_error'].includes(error);
  return {
    status: isPassing ? 502 : 403,
    problem: diagnostic({
      code: 'sign-in-denied',
      message: isDenied
        ? 'The identity provider denied the sign-in, or it was cancelled there.'
        : `The identity provider refused the sign-in (${shownCode(error)}).`,
      fix: isPassing
        ? 'Try again in a minute, or sign in with a token.'
        : 'Try again, or show this page to an administrator.',
    }),
    administrator: isDenied
      ? 'Allow the person to use this client at the provider.'
      : `${seeLog}. The client of \`A2O_OIDC_CLIENT_ID\` must be allowed the authorization code flow with PKCE, and the scopes \`openid email profile\`.`,
  };
}

/** The provider did not give an ID token for the code. */
function refusedExchange(error: string): SignInFailure {
  const isClient = ['invalid_client', 'unauthorized_client'].includes(error);
  return {
    status: isClient ? 502 : 403,
    problem: diagnostic({
      code: 'sign-in-not-exchanged',
      message: isClient
        ? 'The identity provider does not accept the dashboard as its client.'
        : `The identity provider did not confirm the sign-in (${shownCode(error)}).`,
      fix: isClient ? 'Sign in with a token, or show this page to an administrator.' : 'Try again.',
    }),
    administrator: isClient
      ? 'Correct `A2O_OIDC_CLIENT_ID` and `A2O_OIDC_CLIENT_SECRET`; the client must authenticate with its secret.'
      : `${seeLog}. The redirect URI of the client must be \`/sign-in/callback\` at the address in the browser, that of \`A2O_DASHBOARD_URL\` behind a proxy.`,
  };
}

function wrongClock(): SignInFailure {
  return {
    status: 502,
    problem: diagnostic({
      code: 'sign-in-clock',
      message: "The ID token is not valid at the current time of the dashboard's clock.",
      fix: 'Show this page to an administrator.',
    }),
    administrator: 'Correct the clock of the dashboard, or that of the provider.',
  };
}

function unconfirmed(): SignInFailure {
  return {
    status: 403,
    problem: diagnostic({
      code: 'sign-in-refused',
      message: 'The identity provider did not confirm who you are.',
      fix: 'Try again in a single window.',
    }),
    administrator: `${seeLog}. Where it happens each time, compare the settings \`A2O_OIDC_*\` with the client at the provider.`,
  };
}

export function tooManyAttempts(): SignInFailure {
  return {
    status: 429,
    problem: diagnostic({
      code: 'too-many-sign-ins',
      message: 'Too many sign-in attempts from this address.',
      fix: 'Wait a minute, then try again.',
    }),
    administrator:
      'Behind a proxy, set `A2O_DASHBOARD_URL`, so that attempts count for the address of each browser and not for that of the proxy.',
  };
}

/** A fault of the dashboard. */
export function unexpectedFailure(): SignInFailure {
  return {
    status: 500,
    problem: diagnostic({
      code: 'sign-in-failed',
      message: 'The dashboard could not sign you in because of an internal error.',
      fix: 'Try again, or sign in with a token.',
    }),
    administrator: `${seeLog}.`,
  };
}

/** Codes of OAuth are short; anything else comes from somewhere else. */
function shownCode(error: string): string {
  return /^[a-z_]{1,40}$/.test(error) ? error : 'no known reason';
}
