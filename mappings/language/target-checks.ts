import { isIP } from 'node:net';
import { addressAt, parseCidr } from '../../core/cidr.js';
import type { Cidr } from '../../core/cidr.js';
import { withoutCredentials } from '../../core/credentials.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { machineTaskOf } from '../../core/machine-users.js';
import type { Target } from '../template.js';
import { backendProblems } from './backend-settings.js';
import { lakehouseProblems } from './lakehouse-checks.js';
import type { Path, YamlSource } from './yaml-source.js';

/** Checks of the merged target that a JSON Schema cannot express. */
export function checkTarget(target: Target, source: YamlSource): Diagnostic[] {
  const problemAt = (path: Path, code: string, message: string, fix: string): Diagnostic =>
    diagnostic({
      code,
      path: `/target/${path.join('/')}`,
      message,
      fix,
      at: source.positionOf(['target', ...path]),
    });
  return [
    checkTexts,
    checkState,
    checkZones,
    checkCapabilities,
    checkNetworks,
    checkResolvers,
    checkAddresses,
    checkProxy,
    checkAdmins,
    checkLakehouse,
  ].flatMap((check) => check(target, problemAt));
}

type ProblemAt = (path: Path, code: string, message: string, fix: string) => Diagnostic;

/** Texts of the target are written into Terraform, properties files and units, where these characters are special. */
function checkTexts(target: Target, problemAt: ProblemAt): Diagnostic[] {
  return leavesOf(target).flatMap(({ path, value }) => {
    const isStateSetting = path[0] === 'state';
    const texts = [...path, value].map((each) =>
      isStateSetting ? String(each).replaceAll(/(?<!\$)\$\{stack\}/g, '') : String(each),
    );
    const found = texts.some((text) => /[$%]\{/.test(text))
      ? 'a Terraform template'
      : // Terraform's backends accept certificates of several lines, and read their settings as JSON.
        isStateSetting
        ? undefined
        : texts.some((text) => /\p{Cc}/u.test(text))
          ? 'a control character'
          : String(value).includes('\\')
            ? 'a backslash'
            : undefined;
    if (found === undefined) return [];
    const message = `'${path.join('.')}' contains ${found}, which is not allowed.`;
    return [problemAt(path, 'bad-text', message, 'Write the plain value on one line, without \\, ${…} or %{…}.')];
  });
}

const secretName =
  /password|passwd|secret|token|conn_str|access_key|private_key|customer_key|api_?key|authorization|cookie/i;
const userInUrl = /:\/\/[^/\s]*@/;

/** Terraform writes a backend's settings into plain files, and each stack must have its own state. */
function checkState({ state: { backend, settings } }: Target, problemAt: ProblemAt): Diagnostic[] {
  const leaves = leavesOf(settings).map(({ path, value }) => ({
    path: ['state', 'settings', ...path],
    value: String(value),
  }));
  const secrets = leaves.filter(
    ({ path, value }) =>
      secretName.test(String(path.at(-1))) || userInUrl.test(value) || withoutCredentials(value) !== value,
  );
  const place: Path = ['state', 'settings'];
  return [
    ...backendProblems({ backend, settings }).map(({ path, message, fix }) =>
      problemAt([...place, ...path], 'bad-state', message, fix),
    ),
    ...secrets.map(({ path }) =>
      problemAt(
        path,
        'secret-in-template',
        `'${path.join('.')}' would put a secret into the generated Terraform.`,
        'Remove it, and set the environment variable of the backend instead: TF_HTTP_PASSWORD, PG_CONN_STR, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
      ),
    ),
    ...(backend === 'local' && leaves.length > 0
      ? [
          problemAt(
            place,
            'bad-state',
            'The backend local has no settings.',
            'Remove `target.state.settings`, or set `target.state.backend` to http, pg or s3.',
          ),
        ]
      : []),
    ...(backend !== 'local' && !leaves.some(({ value }) => value.includes('${stack}'))
      ? [
          problemAt(
            place,
            'bad-state',
            `The settings of the backend ${backend} do not contain \${stack}, so both stacks would share one state.`,
            'Use ${stack} in the setting that names the state: address (http), schema_name (pg), key (s3).',
          ),
        ]
      : []),
  ];
}

function checkZones({ topology, zones }: Target, problemAt: ProblemAt): Diagnostic[] {
  if (topology !== 'ha' || zones.length > 0) return [];
  const message = "The topology 'ha' spreads its machines over zones, but target.zones is empty.";
  const fix =
    'Set `target: { zones: [az-1, az-2, az-3] }` with your zones (`openstack availability zone list` shows them; a name may occur more than once).';
  return [problemAt(['zones'], 'no-zones', message, fix)];
}

/** Capabilities that every Plan needs, or that Terraform's lock in the same store needs. */
function checkCapabilities({ objectStore, state }: Target, problemAt: ProblemAt): Diagnostic[] {
  const { endpoint, capabilities = {} } = objectStore;
  const { settings } = state;
  const locksInStore =
    state.backend === 's3' && settings['use_lockfile'] === true && JSON.stringify(settings).includes(`"${endpoint}"`);
  return [
    ...(capabilities.multipart === false
      ? [
          problemAt(
            ['objectStore', 'capabilities', 'multipart'],
            'store-unfit',
            `The object store ${endpoint} does not support multipart uploads, which Trino and rclone use for larger files.`,
            'Use another object store; if this one supports them now, run `aws2openstack probe object-store` and correct `target.objectStore.capabilities`.',
          ),
        ]
      : []),
    ...(locksInStore && capabilities.conditionalPut === false
      ? [
          problemAt(
            ['state', 'settings', 'use_lockfile'],
            'store-unfit',
            `Terraform would lock its state with conditional writes, which ${endpoint} does not support: two runs could write at once.`,
            'Set `target.state.backend` to pg or http, which have their own locks.',
          ),
        ]
      : []),
  ];
}

/** Ranges whose addresses no machine of a network can have. Source: RFC 6890, RFC 5771. */
const unusableNetworks: Readonly<Record<string, string>> = {
  '0.0.0.0/8': "is reserved for 'this network'",
  '127.0.0.0/8': 'is the loopback range of every machine',
  '169.254.0.0/16': 'is the link-local range, in which the metadata service lies',
  '224.0.0.0/4': 'is the multicast range',
  '240.0.0.0/4': 'is reserved',
};

/** Neutron stores the network's own address, so another address would be a change in every plan. */
function checkNetworks({ network }: Target, problemAt: ProblemAt): Diagnostic[] {
  const given: [Path, string][] = [
    [['network', 'cidr'], network.cidr],
    ...(['allowFrom', 'monitorFrom'] as const).flatMap((key) =>
      network[key].map((cidr, index): [Path, string] => [['network', key, index], cidr]),
    ),
  ];
  return given.flatMap(([path, text]) => {
    const cidr = parseCidr(text);
    if (cidr === undefined) return [];
    const own = `${addressAt(cidr, 0)}/${cidr.prefix}`;
    const isOwn = path[1] === 'cidr';
    const unusable = Object.keys(unusableNetworks).find((range) => isUnusable(cidr, range, isOwn));
    return [
      ...(own === text
        ? []
        : [problemAt(path, 'no-network', `${text} is an address in a network, not a network.`, `Write ${own}.`)]),
      ...(unusable === undefined
        ? []
        : [
            problemAt(
              path,
              'unusable-network',
              `${text} ${isOwn ? 'overlaps' : 'lies in'} ${unusable}, which ${unusableNetworks[unusable] ?? ''}.`,
              isOwn
                ? 'Set `target.network.cidr` to a private network, such as 10.20.0.0/24.'
                : 'Name the networks of your users, or 0.0.0.0/0 for everyone.',
            ),
          ]),
    ];
  });
}

/** A network of machines may not touch the range; one that clients come from may contain it, as 0.0.0.0/0 does. */
function isUnusable({ base, size }: Cidr, range: string, isOwn: boolean): boolean {
  const other = parseCidr(range);
  if (other === undefined) return false;
  const end = other.base + other.size;
  return isOwn ? base < end && other.base < base + size : base >= other.base && base + size <= end;
}

function checkResolvers({ network: { dnsServers } }: Target, problemAt: ProblemAt): Diagnostic[] {
  return dnsServers.flatMap((server, index) => {
    const isReachable = isIP(server) !== 0 && !/^(0|127)\./.test(server) && !['::', '::1'].includes(server);
    if (isReachable) return [];
    const message = `'${server}' is not an address at which the machines could reach a resolver.`;
    const fix = 'Give the IPv4 or IPv6 address of a resolver, such as 9.9.9.9.';
    return [problemAt(['network', 'dnsServers', index], 'bad-address', message, fix)];
  });
}

/** The JSON Schema checks the form; host and port are what remains. */
function checkAddresses(
  { objectStore, access, state, mirrors = {}, proxy = {} }: Target,
  problemAt: ProblemAt,
): Diagnostic[] {
  const given: readonly [Path, string | undefined][] = [
    [['objectStore', 'endpoint'], objectStore.endpoint],
    [['access', 'oauth2', 'issuer'], access.oauth2?.issuer],
    ...(['debian', 'debianSecurity', 'maven'] as const).map((key): [Path, string | undefined] => [
      ['mirrors', key],
      mirrors[key],
    ]),
    ...(['http', 'https'] as const).map((key): [Path, string | undefined] => [['proxy', key], proxy[key]]),
    ...leavesOf(state.settings)
      .filter(({ value }) => typeof value === 'string' && /^https?:/i.test(value))
      .map(({ path, value }): [Path, string] => [['state', 'settings', ...path], value as string]),
  ];
  return given.flatMap(([path, text]) => {
    if (text === undefined || isHttpAddress(text)) return [];
    const message = `'${path.join('.')}' is '${withoutCredentials(text)}', which is not the address of a server.`;
    return [
      problemAt(path, 'bad-address', message, 'Write https://HOST or https://HOST:PORT, with a port from 1 to 65535.'),
    ];
  });
}

function checkProxy({ proxy }: Target, problemAt: ProblemAt): Diagnostic[] {
  if (proxy === undefined || proxy.http !== undefined || proxy.https !== undefined) return [];
  return [
    problemAt(
      ['proxy'],
      'bad-proxy',
      "'proxy' names no proxy.",
      'Set `target.proxy.http`, `target.proxy.https` or both, such as http://proxy.acme.example:3128.',
    ),
  ];
}

function isHttpAddress(text: string): boolean {
  const url = URL.parse(text.replaceAll('${stack}', 'stack'));
  return url !== null && url.hostname !== '' && url.port !== '0';
}

/** Grants and machines rely on it. */
function checkAdmins({ access: { admins } }: Target, problemAt: ProblemAt): Diagnostic[] {
  return admins.flatMap((user, index) => {
    const task = machineTaskOf(user);
    if (task === undefined && !user.includes('*')) return [];
    const message =
      task === undefined
        ? `'${user}' would be taken literally; '*' is not a wildcard here.`
        : `The user '${user}' ${task} and may do nothing else.`;
    return [
      problemAt(
        ['access', 'admins', index],
        'bad-admin',
        message,
        'List each administrator under `target.access.admins`.',
      ),
    ];
  });
}

function checkLakehouse(target: Target, problemAt: ProblemAt): Diagnostic[] {
  return lakehouseProblems(target).map(({ code, setting, message, fix }) =>
    problemAt(setting.split('.').slice(1), code, message, fix),
  );
}

interface Leaf {
  readonly path: Path;
  readonly value: unknown;
}

function leavesOf(value: unknown, path: Path = []): readonly Leaf[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}
