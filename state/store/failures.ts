import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { Holder } from '../../core/run-lock.js';
import { placeOf } from './state.js';
import type { StateLocation } from './location.js';

/** What went wrong with the database, in words; undefined for an error that is not the database's or the system's. */
export function stateFailure(error: unknown, location: StateLocation): Diagnostic | undefined {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const text = typeof message === 'string' ? message : String(error);
  if (typeof code === 'string') {
    const known = location.engine === 'server' && code === 'ENOENT' ? unreachable : failuresByCode[code];
    if (known !== undefined) return failure(location, code, known.message(text), known.fix(location));
    // Any other SQLSTATE that says the server or its data is at fault; 42xxx and 22xxx are bugs of ours.
    if (/^(08|53|54|55|57|58|40|XX)\w{3}$/.test(code) || /^E[A-Z]+$/.test(code))
      return failure(
        location,
        code,
        `The database failed (${text.includes(code) ? text : `${code}: ${text}`}).`,
        checkServer(location),
      );
    if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
      return failure(
        location,
        'database-tls',
        `The server's certificate is of another name (${text}).`,
        'Use the name in the certificate as the host in DATABASE_URL; sslmode=verify-ca does not compare names.',
      );
    if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO/.test(code))
      return failure(
        location,
        'database-tls',
        `The server's certificate is not accepted (${text}).`,
        'Add sslrootcert=FILE (the PEM of its authority) to DATABASE_URL; sslmode=require encrypts without checking whom.',
      );
  }
  const spoken = failuresByMessage.find(({ pattern }) => pattern.test(text));
  return spoken === undefined ? undefined : failure(location, spoken.code, spoken.message, spoken.fix(location));
}

interface Known {
  readonly message: (text: string) => string;
  readonly fix: (location: StateLocation) => string;
}

const unreachable: Known = {
  message: (text) => `The database cannot be reached (${text}).`,
  fix: () => 'Start the server, or correct host and port in DATABASE_URL.',
};

const noSpace: Known = {
  message: () => 'The disk of the database is full; nothing was stored.',
  fix: (location) =>
    location.engine === 'embedded'
      ? `Free space where '${location.folder}' lies, then run the command again.`
      : "Free space on the server's disk, then run the command again.",
};

/** By SQLSTATE (PostgreSQL documentation, appendix A) and by errno. */
const failuresByCode: Readonly<Record<string, Known | undefined>> = {
  ECONNREFUSED: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  ETIMEDOUT: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ENOSPC: noSpace,
  '53100': noSpace,
  EACCES: {
    message: (text) => `The store cannot be written (${text}).`,
    fix: () => 'Run the command in a folder that you may write to, or name one in A2O_STATE_DIR.',
  },
  EROFS: {
    message: (text) => `The store cannot be written (${text}).`,
    fix: () => 'Run the command in a folder that you may write to, or name one in A2O_STATE_DIR.',
  },
  ENOTEMPTY: {
    message: (text) => `The folder holds something else than a store (${text}).`,
    fix: () => 'Name another folder in A2O_STATE_DIR.',
  },
  '28P01': {
    message: (text) => `The server refused the sign-in (${text}).`,
    fix: () => 'Correct user and password in DATABASE_URL, or set PGPASSWORD.',
  },
  '28000': {
    message: (text) => `The server refused the sign-in (${text}).`,
    fix: () => 'Use a role that may connect; the server decides in pg_hba.conf, also whether TLS is wanted.',
  },
  '3D000': {
    message: (text) => `The server has no such database (${text}).`,
    fix: () => 'Create it (`createdb NAME`), or correct the name in DATABASE_URL.',
  },
  '42501': {
    message: (text) => `The role in DATABASE_URL lacks a right (${text}).`,
    fix: () =>
      "Use a role that has it; `aws2openstack state grant`, run by the database's owner, gives the usual ones.",
  },
  '25006': {
    message: () => 'The database is read-only.',
    fix: () => 'Name the primary server in DATABASE_URL, not a replica.',
  },
  '53300': {
    message: (text) => `The server takes no more connections (${text}).`,
    fix: () => 'Add pool_max_conns=2 to DATABASE_URL, or raise max_connections of the server.',
  },
  '57014': {
    message: (text) => `The statement took too long and was stopped (${text}).`,
    fix: () => 'Add statement_timeout=3600 (seconds) to DATABASE_URL.',
  },
  '42P07': {
    message: (text) => `The database holds something else by a name that the store needs (${text}).`,
    fix: () => 'Give the store a database of its own.',
  },
};

const failuresByMessage: readonly {
  readonly pattern: RegExp;
  readonly code: string;
  readonly message: string;
  readonly fix: (location: StateLocation) => string;
}[] = [
  {
    pattern: /pg-boss is not installed|pg-boss database requires migrations/,
    code: 'store-not-migrated',
    message: 'The queue in the database is missing, or of another version than this aws2openstack.',
    fix: () => "Run `aws2openstack state migrate` as the database's owner.",
  },
  {
    pattern: /error establishing an SSL connection/,
    code: 'database-tls',
    message: 'What listens there does not answer as PostgreSQL does.',
    fix: () => 'Correct host and port in DATABASE_URL.',
  },
  {
    pattern: /does not support SSL/,
    code: 'database-tls',
    message: 'The server does not speak TLS.',
    fix: () => 'Switch TLS on at the server; sslmode=disable in DATABASE_URL speaks in plain text.',
  },
  {
    pattern: /SASL|client password must be a string/,
    code: 'database-sign-in',
    message: 'The server wants a password and there is none.',
    fix: () => 'Put it into DATABASE_URL, PGPASSWORD or the password file.',
  },
  {
    pattern: /connection timeout|timeout expired|timeout exceeded when trying to connect/i,
    code: 'database-unreachable',
    message: 'The database did not answer in time.',
    fix: () => 'Start the server or correct host and port in DATABASE_URL; connect_timeout=SECONDS waits longer.',
  },
  {
    pattern: /Connection terminated|Connection ended|server closed the connection/i,
    code: 'database-gone',
    message: 'The server ended the connection; what was not committed is not stored.',
    fix: () => 'Look at the log of the server, then run the command again.',
  },
  {
    pattern:
      /PGlite failed to initialize|database .* cannot be opened|Aborted\(|incompatible with server|could not locate a valid checkpoint|unreachable executed|memory access out of bounds/i,
    code: 'store-damaged',
    message: 'The embedded store cannot be opened: its files are damaged, or of another version.',
    fix: (location) =>
      `Move '${placeOf(location)}' away (a new one is made), and import the last \`aws2openstack state export\`.`,
  },
];

function failure(location: StateLocation, code: string, message: string, fix: string): Diagnostic {
  const named = /^[a-z-]+$/.test(code) ? code : `database-${code.toLowerCase()}`;
  return diagnostic({ code: named, path: placeOf(location), message, fix });
}

function checkServer(location: StateLocation): string {
  return location.engine === 'embedded'
    ? `Look whether '${location.folder}' is whole and can be written, then run the command again.`
    : 'Look at the log of the server, then run the command again.';
}

/** Another process has the embedded store open. */
export function heldBy(folder: string, { pid, purpose }: Holder): Diagnostic {
  return diagnostic({
    code: 'store-in-use',
    path: folder,
    message: `The embedded store is in use by process ${pid}${purpose === '' ? '' : ` (${purpose})`}; it serves one process at a time.`,
    fix: `Wait for it to end. For several at once move to PostgreSQL: \`aws2openstack state export FILE\`, set DATABASE_URL, \`aws2openstack state import FILE\`.`,
  });
}

export function serverTooOld(location: StateLocation, version: number, oldest: number): Diagnostic {
  return failure(
    location,
    'server-too-old',
    `The server is PostgreSQL ${version}; the store needs ${oldest} or newer.`,
    `Name a PostgreSQL ${oldest} or newer in DATABASE_URL.`,
  );
}

export function newerSchema(location: StateLocation, unknown: readonly string[]): Diagnostic {
  return failure(
    location,
    'newer-store',
    `A newer aws2openstack has changed the store (${unknown.join(', ')}); this one cannot use it.`,
    'Update aws2openstack to that version or newer (`git pull && npm ci`).',
  );
}

export function notMigrated(location: StateLocation, pending: readonly string[], isEmpty: boolean): Diagnostic {
  return failure(
    location,
    'store-not-migrated',
    isEmpty
      ? 'There is no store here yet.'
      : `The store is older than this aws2openstack (it lacks ${pending.join(', ')}).`,
    location.engine === 'embedded'
      ? 'Run `aws2openstack state migrate`, or correct A2O_STATE_DIR.'
      : "Run `aws2openstack state migrate` as the database's owner.",
  );
}
