import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { ConnectionFailure } from '../connection-failure.js';

/** A failure of a statement. */
export interface TrinoDiagnostic extends Diagnostic {
  /** What Trino says, when it was Trino that refused or failed. */
  readonly trino?: TrinoError;
}

/** Source: Trino's `io.trino.client.QueryError` and `io.trino.spi.StandardErrorCode`. */
export interface TrinoError {
  /** Such as `TABLE_NOT_FOUND`. */
  readonly errorName: string;
  readonly errorType: TrinoErrorType;
  readonly message: string;
  readonly queryId: string;
}

export type TrinoErrorType = 'USER_ERROR' | 'INTERNAL_ERROR' | 'INSUFFICIENT_RESOURCES' | 'EXTERNAL';

/** Errors of a cluster that is still starting. Source: issue 2214 of trinodb/trino. */
const startUpErrors: readonly string[] = ['NO_NODES_AVAILABLE', 'SERVER_STARTING_UP'];

export const isStartUpError = ({ trino }: TrinoDiagnostic): boolean =>
  trino !== undefined && startUpErrors.includes(trino.errorName);

/** By name where one helps more than its type does. */
const fixes: Readonly<Record<string, string>> = {
  PERMISSION_DENIED: 'Grant the privilege to the user in `grants` of the mapping, or use a user who has it.',
  NO_NODES_AVAILABLE: 'Wait until SELECT * FROM system.runtime.nodes lists an active worker.',
  SERVER_STARTING_UP: 'Wait until /v1/info of the coordinator says "starting":false.',
  USER_ERROR: 'Change the statement; the message names the place.',
  INSUFFICIENT_RESOURCES: 'Run it when fewer queries run, or raise `target.sizing` in the mapping.',
  EXTERNAL: "Check the services behind the catalog (object store, Hive Metastore, Iceberg catalog) and Trino's log.",
  INTERNAL_ERROR: "Look the query id up in Trino's web UI (/ui/) and in the coordinator's log.",
};

export function statementFailed(error: TrinoError): TrinoDiagnostic {
  const { errorName, errorType, message, queryId } = error;
  const fix = fixes[errorName] ?? fixes[errorType] ?? '';
  return {
    ...diagnostic({
      code: 'trino-statement-failed',
      message: `Trino reports ${errorName}: ${message} (query ${queryId})`,
      fix,
    }),
    trino: error,
  };
}

export function noConnection(origin: string, { kind, reason }: ConnectionFailure): TrinoDiagnostic {
  if (kind === 'certificate')
    return diagnostic({
      code: 'trino-certificate',
      message: `The certificate of ${origin} is not trusted: ${reason}.`,
      fix: 'Give the PEM of the authority that signed it as `ca`, and a name that it holds as `serverName`.',
    });
  if (kind === 'timeout')
    return diagnostic({
      code: 'trino-timeout',
      message: `${origin} did not answer in time: ${reason}.`,
      fix: `Check the coordinator: curl ${origin}/v1/info`,
    });
  return diagnostic({
    code: 'trino-unreachable',
    message: `${origin} cannot be reached: ${reason}.`,
    fix: `Check the address, http against https, and that Trino runs: curl ${origin}/v1/info`,
  });
}

/** `said` is the start of the answer. */
export function refused(origin: string, user: string, status: number, said: string): TrinoDiagnostic {
  return diagnostic({
    code: 'trino-refused',
    message: `${origin} refuses the user '${user}' (HTTP ${status}): ${said}`,
    fix: 'Check user and password, and who may sign in: `target.access` of the mapping.',
  });
}

export function unavailable(origin: string, status: number, said: string): TrinoDiagnostic {
  return diagnostic({
    code: 'trino-unavailable',
    message: `${origin} takes no requests (HTTP ${status}): ${said}`,
    fix: `Try again when curl ${origin}/v1/info says "starting":false.`,
  });
}

export function notTrino(origin: string, status: number, said: string): TrinoDiagnostic {
  return diagnostic({
    code: 'trino-answer',
    message: `${origin} does not answer as Trino does (HTTP ${status}): ${said}`,
    fix: 'Give the address of the coordinator or its gateway, without a proxy that answers in its place.',
  });
}

export function queryLost(origin: string, queryId: string): TrinoDiagnostic {
  return diagnostic({
    code: 'trino-query-lost',
    message: `${origin} does not know the query ${queryId} any more.`,
    fix: 'Check what the statement did, then run it again: the coordinator restarted, or forgot a query that nobody read.',
  });
}

export function foreignAddress(origin: string, given: string): TrinoDiagnostic {
  return diagnostic({
    code: 'trino-foreign-address',
    message: `${origin} sends its client on to ${given}, which gets no credentials.`,
    fix: 'Set http-server.process-forwarded=true in config.properties of Trino behind a proxy, or give the address that it names.',
  });
}

export function outcomeUnknown(origin: string, reason: string): TrinoDiagnostic {
  return diagnostic({
    code: 'trino-outcome-unknown',
    message: `${origin} may or may not have taken the statement: ${reason}.`,
    fix: 'Look it up in system.runtime.queries before running it again.',
  });
}

export function cancelled(queryId: string | undefined): TrinoDiagnostic {
  return diagnostic({
    code: 'trino-cancelled',
    message: `The statement was cancelled${queryId === undefined ? '' : ` (query ${queryId})`}.`,
    fix: 'Run it again; a statement that writes may have been done already.',
  });
}
