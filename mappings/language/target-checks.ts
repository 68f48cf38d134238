import { addressAt, parseCidr } from '../../core/cidr.js';
import { withoutCredentials } from '../../core/credentials.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { metricsUser } from '../../core/metrics-user.js';
import type { Target } from '../template.js';
import { backendProblems } from './backend-settings.js';
import { lakehouseProblems } from './lakehouse-checks.js';
import type { Path, YamlSource } from './yaml-source.js';

/** What a schema cannot say of the merged target. */
export function checkTarget(target: Target, source: YamlSource): Diagnostic[] {
  const problemAt = (path: Path, code: string, message: string, fix: string): Diagnostic =>
    diagnostic({
      code,
      path: `/target/${path.join('/')}`,
      message,
      fix,
      at: source.positionOf(['target', ...path]),
    });
  return [checkTexts, checkState, checkZones, checkCapabilities, checkNetworks, checkAdmins, checkLakehouse].flatMap(
    (check) => check(target, problemAt),
  );
}

type ProblemAt = (path: Path, code: string, message: string, fix: string) => Diagnostic;

/** Texts of the target end in Terraform, properties files and units, where these characters mean something. */
function checkTexts(target: Target, problemAt: ProblemAt): Diagnostic[] {
  return leavesOf(target).flatMap(({ path, value }) => {
    const isStateSetting = path[0] === 'state';
    const texts = [...path, value].map((each) =>
      isStateSetting ? String(each).replaceAll('${stack}', '') : String(each),
    );
    const found = texts.some((text) => /[$%]\{/.test(text))
      ? 'a Terraform template'
      : // Terraform's state takes certificates of several lines, and reads its settings as JSON.
        isStateSetting
        ? undefined
        : texts.some((text) => /\p{Cc}/u.test(text))
          ? 'a control character'
          : String(value).includes('\\')
            ? 'a backslash'
            : undefined;
    if (found === undefined) return [];
    const message = `'${path.join('.')}' holds ${found}, which is not allowed.`;
    return [problemAt(path, 'bad-text', message, 'Write the plain value on one line, without \\, ${…} or %{…}.')];
  });
}

const secretName =
  /password|passwd|secret|token|conn_str|access_key|private_key|customer_key|api_?key|authorization|cookie/i;
const userInUrl = /:\/\/[^/\s]*@/;

/** Terraform writes a backend's settings into plain files, and each stack must have a state of its own. */
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
        `'${path.join('.')}' would put a secret into the Terraform that is written.`,
        'Remove it, and set the environment variable that the backend reads instead: TF_HTTP_PASSWORD, PG_CONN_STR, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
      ),
    ),
    ...(backend === 'local' && leaves.length > 0
      ? [problemAt(place, 'bad-state', 'The backend local takes no settings.', 'Remove them, or name another backend.')]
      : []),
    ...(backend !== 'local' && !leaves.some(({ value }) => value.includes('${stack}'))
      ? [
          problemAt(
            place,
            'bad-state',
            `The settings of the backend ${backend} do not hold \${stack}, so both stacks would share one state.`,
            'Use ${stack} in the setting that names the state: address (http), schema_name (pg), key (s3).',
          ),
        ]
      : []),
  ];
}

function checkZones({ topology, zones }: Target, problemAt: ProblemAt): Diagnostic[] {
  if (topology !== 'ha' || zones.length > 0) return [];
  const message = "The topology 'ha' spreads its machines over zones, and target.zones names none.";
  const fix =
    'Name them: `target: { zones: [az-1, az-2, az-3] }` (`openstack availability zone list` shows them; one name may stand there several times).';
  return [problemAt(['zones'], 'no-zones', message, fix)];
}

/** What no Plan can do without, and Terraform's lock in the same store. */
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
            `The object store ${endpoint} takes no multipart uploads, and Trino and rclone write larger files in parts.`,
            'Use another object store; if this one has learnt it, run `aws2openstack probe object-store` again and correct the line.',
          ),
        ]
      : []),
    ...(locksInStore && capabilities.conditionalPut === false
      ? [
          problemAt(
            ['state', 'settings', 'use_lockfile'],
            'store-unfit',
            `Terraform would lock its state by conditional writes, which ${endpoint} does not heed: two runs could write at once.`,
            'Keep the state in the backend pg or http, which lock by themselves.',
          ),
        ]
      : []),
  ];
}

/** Neutron keeps the network's own address, so that another one would be a change at every plan. */
function checkNetworks({ network }: Target, problemAt: ProblemAt): Diagnostic[] {
  const given: [Path, string][] = [
    [['network', 'cidr'], network.cidr],
    ...(['allowFrom', 'monitorFrom'] as const).flatMap((key) =>
      network[key].map((cidr, index): [Path, string] => [['network', key, index], cidr]),
    ),
  ];
  return given.flatMap(([path, text]) => {
    const cidr = parseCidr(text);
    const own = cidr && `${addressAt(cidr, 0)}/${cidr.prefix}`;
    if (own === undefined || own === text) return [];
    return [problemAt(path, 'no-network', `${text} is an address in the network ${own}.`, `Write ${own}.`)];
  });
}

/** Grants and the machine that collects figures rely on it. */
function checkAdmins({ access: { admins } }: Target, problemAt: ProblemAt): Diagnostic[] {
  return admins.flatMap((user, index) => {
    if (user !== metricsUser && !user.includes('*')) return [];
    const message =
      user === metricsUser
        ? `The user '${metricsUser}' collects figures and may do nothing else.`
        : `'${user}' would be a user of that very name; a '*' in it stands for nothing.`;
    return [problemAt(['access', 'admins', index], 'bad-admin', message, 'Name each administrator.')];
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
