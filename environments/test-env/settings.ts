import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { problem } from './failure.js';

/** The choices of a person about the test environment, from the process environment and `.env.test`. */
export interface Settings {
  /** `local` is the emulator moto on this machine. */
  readonly engine: 'aws' | 'local';
  readonly region: string;
  readonly profile: string | undefined;
  /** An emulator that somebody else runs, instead of one of our own. Only with the engine `local`. */
  readonly endpoint: string | undefined;
  readonly database: DatabaseSettings;
  readonly data: { readonly size: string; readonly rows: string | undefined };
  /** The bucket of the environment's Terraform state. @default a name with the account's number */
  readonly stateBucket: string | undefined;
  /** Whether to lock with a file beside the state, too. */
  readonly useLockfile: boolean;
  /** Free disk space that the environment requires, in MB. */
  readonly minFreeMb: number;
}

export interface DatabaseSettings {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly name: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export const lockTable = 'aws2openstack-terraform-locks';
const minFreeMbBySize: Readonly<Record<string, number>> = { small: 500, medium: 1_000, large: 5_000 };

/** All problems are reported together. Empty texts count as not given. */
export function readSettings(env: Environment): Result<Settings> {
  const given = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const engine = given('A2O_AWS') ?? 'aws';
  const region = given('AWS_REGION') ?? 'eu-central-1';
  const size = given('TEST_DATA_SIZE') ?? 'small';
  const rows = given('TEST_DATA_ROWS');
  const minFree = given('TEST_ENV_MIN_FREE_MB') ?? String(minFreeMbBySize[size] ?? 500);
  const database = databaseSettings(given('DATABASE_URL') ?? '');
  const endpoint = engine === 'local' ? given('AWS_ENDPOINT_URL') : undefined;
  const stateBucket = given('A2O_STATE_BUCKET');
  const useLockfile = given('A2O_USE_LOCKFILE') ?? 'false';
  const problems = [
    ...unless(engine === 'aws' || engine === 'local', 'A2O_AWS', engine, 'aws or local', 'A2O_AWS=local'),
    ...unless(/^[a-z]{2}(-[a-z]+)+-\d$/.test(region), 'AWS_REGION', region, 'a region', 'AWS_REGION=eu-central-1'),
    ...unless(
      Object.hasOwn(minFreeMbBySize, size),
      'TEST_DATA_SIZE',
      size,
      'small, medium or large',
      'TEST_DATA_SIZE=small',
    ),
    ...unless(
      rows === undefined || (/^[1-9]\d+$/.test(rows) && Number(rows) <= 10_000_000),
      'TEST_DATA_ROWS',
      rows ?? '',
      'a number from 10 to 10000000',
      'TEST_DATA_ROWS=1000',
    ),
    ...unless(
      endpoint === undefined || URL.canParse(endpoint),
      'AWS_ENDPOINT_URL',
      endpoint ?? '',
      'a URL',
      'AWS_ENDPOINT_URL=http://127.0.0.1:5000',
    ),
    ...unless(
      stateBucket === undefined || /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(stateBucket),
      'A2O_STATE_BUCKET',
      stateBucket ?? '',
      'a bucket name: 3 to 63 lower-case letters, digits, dots and hyphens',
      'A2O_STATE_BUCKET=acme-terraform-state',
    ),
    ...unless(
      useLockfile === 'true' || useLockfile === 'false',
      'A2O_USE_LOCKFILE',
      useLockfile,
      'true or false',
      'A2O_USE_LOCKFILE=true',
    ),
    ...unless(/^\d+$/.test(minFree), 'TEST_ENV_MIN_FREE_MB', minFree, 'a number', 'TEST_ENV_MIN_FREE_MB=500'),
    ...unless(
      database !== undefined,
      'DATABASE_URL',
      // It may hold a password.
      given('DATABASE_URL') === undefined ? '' : '(not shown)',
      'a URL with user, password, host, port and database',
      'DATABASE_URL=postgresql://aws2openstack:aws2openstack@127.0.0.1:5432/aws2openstack',
    ),
  ];
  if (problems.length > 0 || database === undefined) return fail(problems);
  return ok({
    engine: engine as Settings['engine'],
    region,
    profile: given('AWS_PROFILE'),
    endpoint,
    database,
    data: { size, rows },
    stateBucket,
    useLockfile: useLockfile === 'true',
    minFreeMb: Number(minFree),
  });
}

function unless(
  holds: boolean,
  name: string,
  value: string,
  allowed: string,
  example: string,
): ReturnType<typeof problem>[] {
  if (holds) return [];
  return [
    problem('bad-setting', name, `${name} is '${value}'; it must be ${allowed}.`, `Set ${example} in .env.test.`),
  ];
}

function databaseSettings(url: string): DatabaseSettings | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const texts = [username, password, pathname.slice(1)].map(decoded);
  const [user = '', secret = '', name = ''] = texts;
  if (!/^postgres(ql)?:$/.test(protocol) || hostname === '' || texts.some((text) => !text)) return undefined;
  // An IPv6 address has brackets in a URL, and nowhere else.
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return { url, host, port: port === '' ? 5432 : Number(port), user, password: secret, name };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
