import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { isServiceUrl, serviceUrlRule } from './service-url.js';

/** How to sign in, as Terraform's provider would. */
export interface CloudSettings {
  readonly authUrl: string;
  /** Keystone's `auth` object. Holds a secret: never print it. */
  readonly auth: unknown;
  readonly interface: string;
  /** Path of a PEM file. */
  readonly cacert?: string | undefined;
  /** Where a person can change them: the `OS_*` variables, or a cloud in a file. */
  readonly origin: string;
}

type Texts = Readonly<Record<string, string | undefined>>;

const variables = {
  auth_url: ['OS_AUTH_URL'],
  username: ['OS_USERNAME'],
  user_id: ['OS_USER_ID'],
  password: ['OS_PASSWORD'],
  token: ['OS_TOKEN', 'OS_AUTH_TOKEN'],
  application_credential_id: ['OS_APPLICATION_CREDENTIAL_ID'],
  application_credential_name: ['OS_APPLICATION_CREDENTIAL_NAME'],
  application_credential_secret: ['OS_APPLICATION_CREDENTIAL_SECRET'],
  project_id: ['OS_PROJECT_ID', 'OS_TENANT_ID'],
  project_name: ['OS_PROJECT_NAME', 'OS_TENANT_NAME'],
  user_domain_name: ['OS_USER_DOMAIN_NAME', 'OS_DOMAIN_NAME'],
  user_domain_id: ['OS_USER_DOMAIN_ID', 'OS_DOMAIN_ID', 'OS_DEFAULT_DOMAIN'],
  project_domain_name: ['OS_PROJECT_DOMAIN_NAME', 'OS_DOMAIN_NAME'],
  project_domain_id: ['OS_PROJECT_DOMAIN_ID', 'OS_DOMAIN_ID', 'OS_DEFAULT_DOMAIN'],
} as const;

/**
 * Reads `OS_CLOUD` and clouds.yaml, or else the `OS_*` variables.
 * Source: openstacksdk, 'Configuring OpenStack SDK Applications'; the provider's 'Configuration Reference'.
 */
export function readCloudSettings(env: Texts): Result<CloudSettings> {
  const name = given(env, ['OS_CLOUD']);
  if (name !== undefined) return fromCloudsFile(name, env);
  const auth = Object.fromEntries(Object.entries(variables).map(([key, names]) => [key, given(env, names)]));
  return settingsOf(auth, {
    origin: 'the OS_* variables',
    interface: given(env, ['OS_INTERFACE', 'OS_ENDPOINT_TYPE']),
    cacert: given(env, ['OS_CACERT']),
    insecure: /^(1|true)$/i.test(env['OS_INSECURE'] ?? ''),
  });
}

function given(env: Texts, names: readonly string[]): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
}

interface CloudEntry {
  readonly auth?: Readonly<Record<string, unknown>> | null;
  readonly interface?: unknown;
  readonly endpoint_type?: unknown;
  readonly cacert?: unknown;
  readonly verify?: unknown;
  readonly insecure?: unknown;
}

function fromCloudsFile(name: string, env: Texts): Result<CloudSettings> {
  const places = [
    env['OS_CLIENT_CONFIG_FILE'],
    'clouds.yaml',
    join(env['HOME'] ?? homedir(), '.config', 'openstack', 'clouds.yaml'),
    '/etc/openstack/clouds.yaml',
  ].flatMap((place) => (place === undefined || place === '' ? [] : [place]));
  const file = places.find((place) => existsSync(place));
  if (file === undefined) {
    return fail([
      missing(
        `OS_CLOUD names the cloud '${name}', but none of these files exists: ${places.join(', ')}.`,
        'Create clouds.yaml in one of these places, or set OS_CLIENT_CONFIG_FILE to its path.',
      ),
    ]);
  }
  const open = readClouds(file);
  if (!open.ok) return open;
  const hidden = readClouds(join(file, '..', 'secure.yaml'), true);
  if (!hidden.ok) return hidden;
  const cloud = open.value[name];
  if (cloud === undefined) {
    const known = Object.keys(open.value).join(', ') || 'none';
    return fail([missing(`${file} has no cloud '${name}'; it has ${known}.`, 'Set OS_CLOUD to one of them.')]);
  }
  const origin = `the cloud '${name}' in ${file}`;
  const auth: Readonly<Record<string, unknown>> = { ...cloud?.auth, ...hidden.value[name]?.auth };
  const texts = textsIn(
    {
      ...Object.fromEntries(Object.keys(variables).map((key) => [key, auth[key]])),
      interface: cloud?.interface ?? cloud?.endpoint_type,
      cacert: cloud?.cacert,
    },
    origin,
  );
  if (!texts.ok) return texts;
  const { interface: interfaceName, cacert } = texts.value;
  return settingsOf(texts.value, {
    origin,
    interface: interfaceName,
    cacert: cacert ?? given(env, ['OS_CACERT']),
    insecure: cloud?.verify === false || cloud?.insecure === true,
  });
}

/** YAML reads `5` as a number and `no` as a boolean. Keys without a value are left out. */
function textsIn(values: Readonly<Record<string, unknown>>, origin: string): Result<Texts> {
  const present = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  const wrong = present.filter(([, value]) => typeof value !== 'string').map(([key]) => key);
  if (wrong.length === 0) return ok(Object.fromEntries(present) as Texts);
  return fail(
    wrong.map((key) => missing(`\`${key}\` of ${origin} is not a string.`, `Write the value of \`${key}\` in quotes.`)),
  );
}

function readClouds(file: string, optional = false): Result<Readonly<Record<string, CloudEntry | null>>> {
  if (optional && !existsSync(file)) return ok({});
  try {
    const document = parse(readFileSync(file, 'utf8')) as { clouds?: Record<string, CloudEntry | null> } | null;
    return ok(document?.clouds ?? {});
  } catch (error) {
    const { code, linePos } = error as { code?: string; linePos?: readonly { readonly line: number }[] };
    const line = linePos?.[0]?.line;
    const reason = line === undefined ? (code ?? 'it is nested too deeply') : `line ${line} is not valid YAML`;
    return fail([
      missing(`${file} cannot be read (${reason}).`, 'Correct the file, then test it with `openstack token issue`.'),
    ]);
  }
}

function settingsOf(
  auth: Texts,
  {
    insecure,
    ...rest
  }: Pick<CloudSettings, 'origin' | 'cacert'> & { readonly interface: string | undefined; readonly insecure: boolean },
): Result<CloudSettings> {
  if (insecure) {
    return fail([
      missing(
        `${rest.origin} turns certificate verification off, but this tool always verifies certificates: it sends secrets.`,
        'Unset OS_INSECURE, or remove `verify: false` from clouds.yaml; set OS_CACERT, or `cacert`, to the authority that signed them.',
      ),
    ]);
  }
  const { auth_url: authUrl } = auth;
  if (authUrl === undefined) {
    return fail([
      missing(
        `Cannot sign in: the authentication URL is missing from ${rest.origin}.`,
        'Set OS_CLOUD and create clouds.yaml, or source the openrc file of your project.',
      ),
    ]);
  }
  if (!isServiceUrl(authUrl)) {
    return fail([
      missing(
        `The authentication URL of ${rest.origin} is not ${serviceUrlRule}.`,
        'Set it to a URL such as https://keystone.acme.example:5000/v3; user and password have their own settings.',
      ),
    ]);
  }
  const body = keystoneAuth(auth);
  if (body === undefined) {
    return fail([
      missing(
        `Cannot sign in: a password, token or application credential is missing from ${rest.origin}.`,
        'Set OS_PASSWORD, or create an application credential: openstack application credential create NAME.',
      ),
    ]);
  }
  return ok({
    ...rest,
    authUrl: `${authUrl.replace(/\/+$/, '').replace(/\/v3$/, '')}/v3`,
    auth: body,
    interface: (rest.interface ?? 'public').replace(/URL$/, ''),
  });
}

/** Source: Identity API v3, 'Password authentication', 'Token authentication', 'Authenticating with an Application Credential'. */
function keystoneAuth(auth: Texts): unknown {
  const user = auth['user_id'] === undefined ? named(auth, 'username', 'user_domain') : { id: auth['user_id'] };
  const secret = auth['application_credential_secret'];
  if (secret !== undefined) {
    const { application_credential_id: id, application_credential_name: name } = auth;
    const credential = id === undefined ? { name, user, secret } : { id, secret };
    return { identity: { methods: ['application_credential'], application_credential: credential } };
  }
  const project =
    auth['project_id'] === undefined ? named(auth, 'project_name', 'project_domain') : { id: auth['project_id'] };
  const scope = project === undefined ? {} : { scope: { project } };
  const { token, password } = auth;
  if (token !== undefined) return { identity: { methods: ['token'], token: { id: token } }, ...scope };
  if (password === undefined || user === undefined) return undefined;
  return { identity: { methods: ['password'], password: { user: { ...user, password } } }, ...scope };
}

function named(auth: Texts, key: string, domain: string): { name: string; domain: object } | undefined {
  const name = auth[key];
  if (name === undefined) return undefined;
  const domainName = auth[`${domain}_name`];
  return { name, domain: domainName === undefined ? { id: auth[`${domain}_id`] ?? 'default' } : { name: domainName } };
}

function missing(message: string, fix: string): Diagnostic {
  return diagnostic({ code: 'cloud-settings', message, fix });
}
