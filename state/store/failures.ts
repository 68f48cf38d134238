import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { Holder } from '../../core/run-lock.js';
import { placeOf } from './state.js';
import type { EmbeddedLocation, StateLocation } from './location.js';

/** Describes an error of the database or the system; undefined for any other error. */
export function stateFailure(error: unknown, location: StateLocation): Diagnostic | undefined {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const text = typeof message === 'string' ? message : String(error);
  if (typeof code === 'string') {
    const known = location.engine === 'server' && code === 'ENOENT' ? unreachable : failuresByCode[code];
    if (known !== undefined) return failure(location, code, known.message(text), known.fix(location));
    // Other SQLSTATEs whose cause is the server or its data; 42xxx and 22xxx are bugs of this program.
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
        `The server's certificate is for another name (${text}).`,
        'Use the name in the certificate as the host in DATABASE_URL, or set sslmode=verify-ca, which does not compare names.',
      );
    if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO/.test(code))
      return failure(
        location,
        'database-tls',
        `The server's certificate is not trusted (${text}).`,
        'Add sslrootcert=FILE (the PEM file of its certificate authority) to DATABASE_URL, or set PGSSLROOTCERT.',
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
  fix: () => 'Start the server, or correct the host and port in DATABASE_URL.',
};

const noSpace: Known = {
  message: () => 'The disk of the database is full; nothing was stored.',
  fix: (location) =>
    location.engine === 'embedded'
      ? `Free space on the disk of '${location.folder}', then run the command again.`
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
    message: (text) => `The folder contains something other than a store (${text}).`,
    fix: () => 'Set A2O_STATE_DIR to another folder.',
  },
  '28P01': {
    message: (text) => `The server refused the sign-in (${text}).`,
    fix: () => 'Correct the user and password in DATABASE_URL, or set PGPASSWORD.',
  },
  '28000': {
    message: (text) => `The server refused the sign-in (${text}).`,
    fix: () => 'Use a role that pg_hba.conf on the server allows to connect; it also decides whether TLS is required.',
  },
  '3D000': {
    message: (text) => `The database does not exist on the server (${text}).`,
    fix: () => 'Create it (`createdb NAME`), or correct the name in DATABASE_URL.',
  },
  '42501': {
    message: (text) => `The role in DATABASE_URL lacks a privilege (${text}).`,
    fix: () =>
      "Use a role that has it; `aws2openstack state grant`, run by the database's owner, grants the usual privileges.",
  },
  '25006': {
    message: () => 'The database is read-only.',
    fix: () => 'Set DATABASE_URL to the primary server, not to a replica.',
  },
  '53300': {
    message: (text) => `The server does not accept more connections (${text}).`,
    fix: () => 'Add pool_max_conns=2 to DATABASE_URL, or raise max_connections on the server.',
  },
  '57014': {
    message: (text) => `The statement took too long and was cancelled (${text}).`,
    fix: () => 'Add statement_timeout=3600 (seconds) to DATABASE_URL.',
  },
  '42P07': {
    message: (text) => `The database already contains an object with a name that the store needs (${text}).`,
    fix: () => 'Set DATABASE_URL to a separate database for the store (`createdb NAME`).',
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
    message: 'The queue in the database is missing, or its version differs from the one that this aws2openstack needs.',
    fix: () => "Run `aws2openstack state migrate` as the database's owner.",
  },
  {
    pattern: /error establishing an SSL connection/,
    code: 'database-tls',
    message: 'The program that listens at this address is not PostgreSQL.',
    fix: () => 'Correct the host and port in DATABASE_URL.',
  },
  {
    pattern: /does not support SSL/,
    code: 'database-tls',
    message: 'The server does not support TLS.',
    fix: () => 'Enable TLS on the server, or set sslmode=disable in DATABASE_URL, which connects without encryption.',
  },
  {
    pattern: /SASL|client password must be a string/,
    code: 'database-sign-in',
    message: 'The server requires a password, but none is set.',
    fix: () => 'Set the password in DATABASE_URL, PGPASSWORD or the password file.',
  },
  {
    pattern: /connection timeout|timeout expired|timeout exceeded when trying to connect/i,
    code: 'database-unreachable',
    message: 'The database did not answer in time.',
    fix: () =>
      'Start the server, correct the host and port in DATABASE_URL, or add connect_timeout=SECONDS to wait longer.',
  },
  {
    pattern: /Connection terminated|Connection ended|server closed the connection|is not queryable/i,
    code: 'database-gone',
    message: 'The server closed the connection; uncommitted changes are not stored.',
    fix: () => 'Read the log of the server, then run the command again.',
  },
  {
    pattern:
      /PGlite failed to initialize|database .* cannot be opened|Aborted\(|incompatible with server|could not locate a valid checkpoint|unreachable executed|memory access out of bounds/i,
    code: 'store-damaged',
    message: 'The embedded store cannot be opened: its files are damaged or belong to another version.',
    fix: (location) =>
      `Move '${placeOf(location)}' away (a new store is then created), and import the last \`aws2openstack state export\`.`,
  },
];

function failure(location: StateLocation, code: string, message: string, fix: string): Diagnostic {
  const named = /^[a-z-]+$/.test(code) ? code : `database-${code.toLowerCase()}`;
  return diagnostic({ code: named, path: placeOf(location), message, fix });
}

function checkServer(location: StateLocation): string {
  return location.engine === 'embedded'
    ? `Check that '${location.folder}' is complete and writable, then run the command again.`
    : 'Read the log of the server, then run the command again.';
}

/** For a store that another process has open. */
export function heldBy(folder: string, { pid, purpose }: Holder): Diagnostic {
  return diagnostic({
    code: 'store-in-use',
    path: folder,
    message: `The embedded store is in use by process ${pid}${purpose === '' ? '' : ` (${purpose})`}; it serves one process at a time.`,
    fix: `Wait for that process to end. To serve several processes, move to PostgreSQL: run \`aws2openstack state export FILE\`, set DATABASE_URL, run \`aws2openstack state import FILE\`.`,
  });
}

/** For a folder that is in use for something else, of which nothing was changed. */
export function notAStore(location: EmbeddedLocation): Diagnostic {
  return failure(
    location,
    'not-a-store',
    `'${location.folder}' holds something other than a store; nothing was changed there.`,
    'Set A2O_STATE_DIR to an empty folder, to a store, or to a folder that does not exist yet.',
  );
}

export function serverTooOld(location: StateLocation, version: number, oldest: number): Diagnostic {
  return failure(
    location,
    'server-too-old',
    `The server is PostgreSQL ${version}; the store needs ${oldest} or newer.`,
    `Set DATABASE_URL to a server with PostgreSQL ${oldest} or newer.`,
  );
}

export function newerSchema(location: StateLocation, unknown: readonly string[]): Diagnostic {
  return failure(
    location,
    'newer-store',
    `A newer aws2openstack has changed the store (${unknown.join(', ')}); this version cannot use it.`,
    'Update aws2openstack to that version or newer (`git pull && npm ci`).',
  );
}

export function notMigrated(location: StateLocation, pending: readonly string[], isEmpty: boolean): Diagnostic {
  return failure(
    location,
    'store-not-migrated',
    isEmpty
      ? 'The store does not exist yet.'
      : `The store is older than this aws2openstack (it lacks ${pending.join(', ')}).`,
    location.engine === 'embedded'
      ? isEmpty
        ? 'Run `aws2openstack assess glue-catalog --save-to-db` to create it with a first assessment, `aws2openstack state migrate` to create it empty, or correct A2O_STATE_DIR; if the store is on a server, set DATABASE_URL.'
        : 'Run `aws2openstack state migrate`, or correct A2O_STATE_DIR; if the store is on a server, set DATABASE_URL.'
      : "Run `aws2openstack state migrate` as the database's owner.",
  );
}
