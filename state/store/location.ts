import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { checkServerIdentity } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { verifiedTls } from '../../core/trust/index.js';

/** Where the store is: a folder of this machine, or a PostgreSQL server. */
export type StateLocation = EmbeddedLocation | ServerLocation;

export interface EmbeddedLocation {
  readonly engine: 'embedded';
  readonly folder: string;
}

export interface ServerLocation {
  readonly engine: 'server';
  /** The URL without the password, for messages. */
  readonly shown: string;
  readonly host: string;
  readonly port: number;
  readonly database: string | undefined;
  readonly user: string | undefined;
  /** From the URL; else `pg` takes PGPASSWORD or the password file. */
  readonly password: string | undefined;
  readonly applicationName: string;
  readonly tls: ConnectionOptions | false;
  readonly connectTimeoutMs: number;
  /** 0 is none. */
  readonly statementTimeoutMs: number;
  readonly poolMaxConnections: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The setting that chose the folder of an embedded store. */
export type FolderChoice = 'A2O_STATE_DIR' | 'project' | 'XDG_STATE_HOME';

/**
 * The server that `DATABASE_URL` names, or else the folder of an embedded store. `cwd` matters only for a store that an
 * earlier version made in it or in a folder above.
 */
export function stateLocation(env: Environment, cwd: string): Result<StateLocation> {
  const url = env['DATABASE_URL'];
  if (url !== undefined && url !== '') return parseDatabaseUrl(url, env['PGSSLROOTCERT']);
  return ok({ engine: 'embedded', folder: embeddedFolder(env, cwd).folder });
}

/**
 * The folder of `A2O_STATE_DIR`; else an existing `.aws2openstack/state` in `cwd` or above it; else the user's own.
 * Source: XDG Base Directory Specification 0.8.
 */
export function embeddedFolder(
  env: Environment,
  cwd: string,
): { readonly folder: string; readonly chosenBy: FolderChoice } {
  const given = env['A2O_STATE_DIR'] ?? '';
  if (given !== '') return { folder: given, chosenBy: 'A2O_STATE_DIR' };
  for (let folder = resolve(cwd), above = dirname(folder); ; folder = above, above = dirname(folder)) {
    const store = join(folder, '.aws2openstack', 'state');
    if (isStore(store)) return { folder: store, chosenBy: 'project' };
    if (above === folder) break;
  }
  // The specification has relative paths ignored.
  const own = env['XDG_STATE_HOME'] ?? '';
  const home = isAbsolute(own) ? own : join(env['HOME'] ?? homedir(), '.local', 'state');
  return { folder: join(home, 'aws2openstack'), chosenBy: 'XDG_STATE_HOME' };
}

/** Whether the folder holds a database. */
export function isStore(folder: string): boolean {
  return existsSync(join(folder, 'PG_VERSION'));
}

const tlsModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
type TlsMode = (typeof tlsModes)[number];

const parameters = {
  sslmode: oneOf(tlsModes),
  sslrootcert: anyText,
  sslcert: anyText,
  sslkey: anyText,
  host: anyText,
  application_name: anyText,
  connect_timeout: whole('seconds', 1, 3600),
  statement_timeout: whole('seconds, 0 for none', 0, 86_400),
  pool_max_conns: whole('connections', 1, 100),
} as const;
type Parameter = keyof typeof parameters;

/**
 * Reads `postgresql://user:password@host:port/database?sslmode=…`. Without `sslmode`, the connection to a server on this
 * machine is unencrypted, and any other uses TLS with the certificate and name verified. Source: PostgreSQL
 * documentation, 'Connection Strings' and 'SSL Support'; `statement_timeout` and `pool_max_conns` are this tool's own.
 * `rootCertificate` is a path that applies where the URL has no `sslrootcert`, as PGSSLROOTCERT does in libpq.
 */
export function parseDatabaseUrl(text: string, rootCertificate?: string): Result<ServerLocation> {
  if (!URL.canParse(text)) return fail([notAUrl('It cannot be parsed as a URL.')]);
  const url = new URL(text);
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')
    return fail([notAUrl(`It begins with '${url.protocol}'.`)]);
  // Text after such a character in a password is parsed as another part of the URL, and must not be shown.
  if (url.hash !== '' || url.pathname.lastIndexOf('/') > 0 || (url.pathname + url.search).includes('@'))
    return fail([notAUrl('It contains a separator (@ : / ? #) that must be percent-encoded.')]);

  const given = Object.fromEntries(url.searchParams) as Partial<Record<Parameter, string>>;
  const problems = [...checkParameters(url.searchParams), ...checkTlsParameters(given)];
  if (problems.length > 0) return fail(problems);
  const parts = [url.pathname.slice(1), url.username, url.password].map(decoded);
  if (parts.includes(null)) return fail([notAUrl("It contains a '%' that is not followed by two hexadecimal digits.")]);
  const [database, user, password] = parts.map((part) => (part === '' || part === null ? undefined : part));

  const host = given.host ?? (url.hostname === '' ? 'localhost' : url.hostname.replace(/^\[|\]$/g, ''));
  const mode =
    (given.sslmode as TlsMode | undefined) ??
    (isThisMachine(host) && given.sslrootcert === undefined && given.sslcert === undefined ? 'disable' : 'verify-full');
  const environment = rootCertificate === undefined || rootCertificate === '' ? {} : { sslrootcert: rootCertificate };
  const tls = tlsOptions(mode, host, { ...environment, ...given });
  if (!tls.ok) return tls;
  const shown = new URL(text);
  shown.password = '';
  shown.search = '';
  return ok({
    engine: 'server',
    shown: shown.href,
    host,
    port: Number(url.port === '' ? 5432 : url.port),
    database,
    user,
    password,
    applicationName: given.application_name ?? 'aws2openstack',
    tls: tls.value,
    connectTimeoutMs: Number(given.connect_timeout ?? 10) * 1000,
    statementTimeoutMs: Number(given.statement_timeout ?? 600) * 1000,
    poolMaxConnections: Number(given.pool_max_conns ?? 10),
  });
}

function checkParameters(parameters: URLSearchParams): Diagnostic[] {
  const names = [...parameters.keys()];
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) < index));
  return [
    ...[...parameters].flatMap(([name, value]) => checkParameter(name, value)),
    ...[...repeated].map((name) =>
      problem(`DATABASE_URL has '${name}' more than once.`, `Keep one '${name}' in DATABASE_URL.`),
    ),
  ];
}

/** Reports what would be ignored silently. */
function checkTlsParameters({
  sslmode,
  sslrootcert,
  sslcert,
  sslkey,
}: Partial<Record<Parameter, string>>): Diagnostic[] {
  const hasFiles = [sslrootcert, sslcert, sslkey].some((file) => file !== undefined);
  return [
    ...(sslmode === 'disable' && hasFiles
      ? [
          problem(
            'DATABASE_URL has certificates, which sslmode=disable does not use.',
            'Remove the certificates, or set sslmode=verify-full.',
          ),
        ]
      : []),
    ...((sslcert === undefined) !== (sslkey === undefined)
      ? [
          problem(
            'DATABASE_URL has only one of sslcert and sslkey; a client certificate needs both.',
            `Add ${sslcert === undefined ? 'sslcert' : 'sslkey'} to DATABASE_URL.`,
          ),
        ]
      : []),
  ];
}

/**
 * The server is verified in every mode but `disable`, because it gets a password: `require` is `verify-ca`, as in libpq where
 * there is a root certificate. A root certificate replaces the authorities that Node trusts.
 */
function tlsOptions(
  mode: TlsMode,
  host: string,
  { sslrootcert, sslcert, sslkey }: Partial<Record<Parameter, string>>,
): Result<ConnectionOptions | false> {
  if (mode === 'disable') return ok(false);
  const files = { sslrootcert: sslrootcert === 'system' ? undefined : sslrootcert, sslcert, sslkey };
  const missing = Object.entries(files).filter(([, path]) => path !== undefined && !existsSync(path));
  if (missing.length > 0) {
    return fail(
      missing.map(([name, path]) =>
        problem(
          `The file '${String(path)}', set as ${name} in DATABASE_URL${name === 'sslrootcert' ? ' or as PGSSLROOTCERT' : ''}, does not exist.`,
          `Set ${name} to a PEM file that your user can read.`,
        ),
      ),
    );
  }
  const pem = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : readFileSync(path, 'utf8');
  const [ca, cert, key] = [pem(files.sslrootcert), pem(sslcert), pem(sslkey)];
  return ok({
    ...verifiedTls(),
    // `pg` omits the host when it is an IP address, and Node would then look for 'localhost' in the certificate.
    checkServerIdentity: (_name, certificate) =>
      mode === 'verify-full' ? checkServerIdentity(host, certificate) : undefined,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  });
}

function checkParameter(name: string, value: string): Diagnostic[] {
  if (!Object.hasOwn(parameters, name)) {
    return [
      problem(
        `DATABASE_URL has the parameter ${/^\w{1,40}$/.test(name) ? `'${name}'` : '(not shown)'}; allowed are ${Object.keys(parameters).join(', ')}.`,
        'Remove the parameter from DATABASE_URL, or correct its name.',
      ),
    ];
  }
  const wanted = parameters[name as Parameter](value);
  return wanted === null
    ? []
    : [problem(`DATABASE_URL has ${name}=${value}; allowed is ${wanted}.`, `Correct ${name} in DATABASE_URL.`)];
}

/** Returns the allowed values, or null if the value is one of them. */
type Check = (value: string) => string | null;

function anyText(value: string): string | null {
  return value === '' ? 'a non-empty text' : null;
}

function oneOf(values: readonly string[]): Check {
  return (value) => (values.includes(value) ? null : values.join(', '));
}

function whole(unit: string, least: number, most: number): Check {
  return (value) =>
    /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most ? null : `${least} to ${most} (${unit})`;
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host) || host.startsWith('/');
}

/** Null when the percent-encoding is invalid. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function notAUrl(reason: string): Diagnostic {
  return problem(
    `DATABASE_URL is not the address of a PostgreSQL database. ${reason}`,
    'Set it to postgresql://user@host:5432/database?sslmode=verify-full, with @ : / ? # % in a password percent-encoded (or set PGPASSWORD); unset it to use the embedded store.',
  );
}

/** Never contains the text of the URL, which may hold a password. */
function problem(message: string, fix: string): Diagnostic {
  return diagnostic({ code: 'database-url', path: 'DATABASE_URL', message, fix });
}
