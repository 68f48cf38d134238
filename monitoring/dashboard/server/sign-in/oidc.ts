import { diagnostic } from '../../../../core/diagnostic.js';
import { fail, ok } from '../../../../core/result.js';
import type { Result } from '../../../../core/result.js';
import type { Role } from './roles.js';

/** An OpenID Connect provider, and the client that the dashboard is there. */
export interface OidcSettings {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where browsers find the dashboard; the provider sends them back to `/sign-in/callback` there. */
  readonly publicUrl: URL;
  /** The claim that lists a person's groups. */
  readonly groupsClaim: string;
  /** The group of each role; who is in none cannot sign in. Without a group for viewers, everybody may view. */
  readonly groups: Readonly<Record<Role, string | undefined>>;
}

/** Reads `A2O_OIDC_*`; `undefined` when no issuer is set. `publicUrl` is where browsers find the dashboard. */
export function oidcSettings(
  env: Readonly<Record<string, string | undefined>>,
  publicUrl: URL,
): Result<OidcSettings | undefined> {
  const read = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const issuer = read('A2O_OIDC_ISSUER');
  if (issuer === undefined) return ok(undefined);
  const clientId = read('A2O_OIDC_CLIENT_ID');
  const clientSecret = read('A2O_OIDC_CLIENT_SECRET');
  if (!URL.canParse(issuer)) return fail([badSetting('A2O_OIDC_ISSUER', 'is not a URL')]);
  if (clientId === undefined) return fail([badSetting('A2O_OIDC_CLIENT_ID', 'is not set')]);
  if (clientSecret === undefined) return fail([badSetting('A2O_OIDC_CLIENT_SECRET', 'is not set')]);
  return ok({
    issuer: new URL(issuer),
    clientId,
    clientSecret,
    publicUrl,
    groupsClaim: read('A2O_OIDC_GROUPS_CLAIM') ?? 'groups',
    groups: {
      viewer: read('A2O_OIDC_VIEWER_GROUP'),
      operator: read('A2O_OIDC_OPERATOR_GROUP'),
      admin: read('A2O_OIDC_ADMIN_GROUP'),
    },
  });
}

/** The highest role that the claims give; `undefined` for somebody who has none. */
export function roleOfClaims(
  claims: Readonly<Record<string, unknown>>,
  { groupsClaim, groups }: Pick<OidcSettings, 'groupsClaim' | 'groups'>,
): Role | undefined {
  const own = [claims[groupsClaim] ?? []].flat();
  const isIn = (group: string | undefined): boolean => group !== undefined && own.includes(group);
  if (isIn(groups.admin)) return 'admin';
  if (isIn(groups.operator)) return 'operator';
  return groups.viewer === undefined || isIn(groups.viewer) ? 'viewer' : undefined;
}

/**
 * How the audit trail names somebody. An address that the provider has not verified could be anybody's, and names that begin
 * with `local-` belong to those who sign in with a token.
 */
export function nameOfClaims(claims: Readonly<Record<string, unknown>>): string {
  const isUnverified = claims['email_verified'] === false;
  const isUsable = (each: unknown): each is string =>
    typeof each === 'string' && each !== '' && !(isUnverified && each.includes('@'));
  const name = [claims['email'], claims['preferred_username']].find(isUsable) ?? claims['sub'];
  const storable = String(name).slice(0, 200).toWellFormed().replaceAll('\0', '\ufffd');
  return storable.startsWith('local-') ? `oidc:${storable}` : storable;
}

function badSetting(name: string, what: string) {
  return diagnostic({
    code: 'oidc-setting',
    path: name,
    message: `${name} ${what}.`,
    fix: `Set ${name} (docs/dashboard.md, Sign-in), or unset A2O_OIDC_ISSUER to sign in with tokens alone.`,
  });
}
