import { readFileSync } from 'node:fs';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { httpSender } from './http.js';
import type { HttpAnswer, HttpRequest, SendHttp } from './http.js';
import { readCloudSettings } from './settings.js';
import type { CloudSettings } from './settings.js';
import { parseToken } from './token.js';
import type { CatalogEntry } from './token.js';

/** The services that the lakehouse needs, with the types under which catalogs list them. */
export const serviceTypes = {
  compute: ['compute'],
  image: ['image'],
  network: ['network'],
  volume: ['volumev3', 'block-storage', 'volume'],
  'key-manager': ['key-manager'],
  'object-store': ['object-store'],
} as const;

export type ServiceName = keyof typeof serviceTypes;

/** Services that some clouds have. */
const optionalTypes = { dns: ['dns'] } as const;

const knownTypes = { ...serviceTypes, ...optionalTypes };

/** One project of one cloud in one region, signed in. */
export interface CloudSession {
  readonly projectId: string;
  readonly region: string;
  /** Where the settings came from, for people. */
  readonly origin: string;
  /** Without a slash at its end; `undefined` when the catalog has none in the region. */
  endpoint(service: ServiceName | keyof typeof optionalTypes): string | undefined;
  /** Regions that the catalog lists the service in. */
  regionsOf(service: ServiceName): readonly string[];
  /** The response, whatever its status. A failure is the reason why there was none. */
  send(service: ServiceName, path: string, request?: Omit<HttpRequest, 'url'>): Promise<Result<HttpAnswer, string>>;
  /** Sends to addresses outside the catalog. */
  readonly sendTo: SendHttp;
}

/** Signs in as Terraform would with the same environment. `authorities`: PEM of those that the mapping names. */
export async function openSession(
  env: Readonly<Record<string, string | undefined>>,
  region: string,
  authorities: readonly string[] = [],
): Promise<Result<CloudSession>> {
  const signedIn = await signIn(env, region, authorities);
  return signedIn.ok ? ok(signedIn.value.session) : signedIn;
}

/** The session with its token, which is a secret. */
export async function signIn(
  env: Readonly<Record<string, string | undefined>>,
  region: string,
  authorities: readonly string[] = [],
): Promise<Result<{ readonly session: CloudSession; readonly token: string }>> {
  const settings = readCloudSettings(env);
  if (!settings.ok) return settings;
  const authority = readAuthority(settings.value);
  if (!authority.ok) return authority;
  const accepted = [...(authority.value === undefined ? [] : [authority.value]), ...authorities];
  const send = httpSender(accepted.length === 0 ? {} : { ca: accepted.join('\n') });
  const answer = await send({
    method: 'POST',
    url: `${settings.value.authUrl}/auth/tokens`,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth: settings.value.auth }),
  });
  if (!answer.ok) return fail([unreachable(settings.value, answer.error)]);
  const { status, headers, text } = answer.value;
  const token = headers['x-subject-token'];
  if (status !== 201 || token === undefined) return fail([refused(settings.value, status, text)]);
  const granted = parseToken(text);
  if (granted === undefined)
    return fail([noKeystone(settings.value, 'HTTP 201 and a body that does not describe a token')]);
  const { projectId, catalog } = granted;
  if (projectId === undefined) return fail([noProject(settings.value)]);
  const session = sessionOf({ settings: settings.value, send, token, projectId, catalog, region });
  return ok({ session, token });
}

interface SignedIn {
  readonly settings: CloudSettings;
  readonly send: SendHttp;
  readonly token: string;
  readonly projectId: string;
  readonly catalog: readonly CatalogEntry[];
  readonly region: string;
}

function sessionOf({ settings, send, token, projectId, catalog, region }: SignedIn): CloudSession {
  const endpointsOf = (service: keyof typeof knownTypes): CatalogEntry['endpoints'] =>
    knownTypes[service].flatMap((type) =>
      catalog
        .filter((entry) => entry.type === type)
        .flatMap(({ endpoints }) => endpoints.filter((endpoint) => endpoint.interface === settings.interface)),
    );
  const endpoint = (service: keyof typeof knownTypes): string | undefined =>
    endpointsOf(service)
      .find((one) => one.region === region)
      ?.url.replace(/\/+$/, '');
  return {
    projectId,
    region,
    origin: settings.origin,
    endpoint,
    regionsOf: (service) => [...new Set(endpointsOf(service).flatMap((one) => one.region ?? []))].sort(),
    send: (service, path, request = {}) =>
      send({
        ...request,
        url: `${endpoint(service) ?? ''}${path}`,
        headers: { 'X-Auth-Token': token, Accept: 'application/json', ...request.headers },
      }),
    sendTo: send,
  };
}

/** PEM of the authority that signs the cloud's certificates. */
export function readAuthority({ cacert }: CloudSettings): Result<string | undefined> {
  if (cacert === undefined) return ok(undefined);
  try {
    return ok(readFileSync(cacert, 'utf8'));
  } catch {
    return fail([
      problem(
        'cloud-settings',
        `The cloud's certificate authority ${cacert} cannot be read.`,
        'Correct OS_CACERT, or `cacert` in clouds.yaml.',
      ),
    ]);
  }
}

function unreachable({ authUrl, origin }: CloudSettings, reason: string): Diagnostic {
  return problem(
    'cloud-unreachable',
    `Keystone does not answer at ${authUrl} (${reason}).`,
    `Correct the authentication URL in ${origin}, or make it reachable: check network, VPN, proxy and certificate (target.trust of the mapping, or OS_CACERT).`,
  );
}

function noKeystone({ authUrl, origin }: CloudSettings, answer: string): Diagnostic {
  return problem(
    'cloud-unreachable',
    `Keystone at ${authUrl} answers with ${answer} instead of a token (201).`,
    `Check that the authentication URL in ${origin} is Keystone's, such as https://keystone.acme.example:5000/v3.`,
  );
}

function refused(settings: CloudSettings, status: number, text: string): Diagnostic {
  // Keystone does not find a token that is no longer valid.
  const isUnknownToken = status === 404 && /"message": ?"[^"]*token/i.test(text);
  if (status !== 401 && !isUnknownToken) return noKeystone(settings, `HTTP ${status}`);
  const { authUrl, origin } = settings;
  return problem(
    'cloud-credentials-refused',
    `Keystone at ${authUrl} refuses ${origin} (HTTP ${status}): the token or application credential has expired or was revoked, or the user, project or password is wrong.`,
    'Create a new one (openstack token issue, openstack application credential create), and unset OS_* variables of other projects.',
  );
}

function noProject({ origin }: CloudSettings): Diagnostic {
  return problem(
    'cloud-settings',
    `Cannot sign in to a project: the lakehouse needs one, and it is missing from ${origin}.`,
    'Set OS_PROJECT_NAME and OS_PROJECT_DOMAIN_NAME, or `project_name` in clouds.yaml.',
  );
}

function problem(code: string, message: string, fix: string): Diagnostic {
  return diagnostic({ code, message, fix });
}
