import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { ConnectionFailure } from '../connection-failure.js';

/** A failure of a statement. */
export interface TrinoDiagnostic extends Diagnostic {
  /** Trino's own error, if Trino refused or failed the statement. */
  readonly trino?: TrinoError;
}

/** Source: Trino's `io.trino.client.QueryError` and `io.trino.spi.StandardErrorCode`. */
export interface TrinoError {
  /** Such as `TABLE_NOT_FOUND`. */
  readonly errorName: string;
  /** USER_ERROR, INTERNAL_ERROR, INSUFFICIENT_RESOURCES or EXTERNAL; later versions may add others. */
  readonly errorType: string;
  readonly message: string;
  readonly queryId: string;
  /** Its exception; the message of a cause is not part of `message`. */
  readonly failureInfo?: TrinoException;
}

/** Source: Trino's `io.trino.client.FailureInfo`. */
interface TrinoException {
  readonly type?: string;
  readonly message?: string;
  readonly cause?: TrinoException;
}

/** The root cause of an error, such as `java.io.IOException: no route to host`; `undefined` if it has no cause. */
export function rootCause({ failureInfo }: TrinoError): string | undefined {
  let root = failureInfo?.cause;
  while (root?.cause !== undefined) root = root.cause;
  return root === undefined ? undefined : [root.type, root.message].filter((text) => text !== undefined).join(': ');
}

/** Errors of a cluster that is still starting. Source: issue 2214 of trinodb/trino. */
const startUpErrors: readonly string[] = ['NO_NODES_AVAILABLE', 'SERVER_STARTING_UP'];

export const isStartUpError = ({ trino }: TrinoDiagnostic): boolean =>
  trino !== undefined && startUpErrors.includes(trino.errorName);

/** By error name where it helps more than the error type. */
const fixes = {
  PERMISSION_DENIED: 'Grant the privilege to the user in `grants` of the mapping, or use a user who has it.',
  NO_NODES_AVAILABLE: 'Wait until SELECT * FROM system.runtime.nodes lists an active worker.',
  SERVER_STARTING_UP: 'Wait until /v1/info of the coordinator says "starting":false.',
  USER_ERROR: 'Correct the statement at the place that the message names.',
  INSUFFICIENT_RESOURCES: 'Run the statement when fewer queries are running, or raise `target.sizing` in the mapping.',
  EXTERNAL: "Check the services behind the catalog (object store, Hive Metastore, Iceberg catalog) and Trino's log.",
  INTERNAL_ERROR: "Look up the query ID in Trino's web UI (/ui/) and in the coordinator's log.",
} as const;

const hasFix = (name: string): name is keyof typeof fixes => Object.hasOwn(fixes, name);

export function statementFailed(error: TrinoError): TrinoDiagnostic {
  const { errorName, errorType, message, queryId } = error;
  const fix = fixes[[errorName, errorType].find(hasFix) ?? 'INTERNAL_ERROR'];
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
      fix: 'Set A2O_TRINO_CA_FILE to a PEM file with the authority that signed it, and A2O_TRINO_SERVER_NAME to a name in the certificate (A2O_SOURCE_TRINO_CA_FILE and …_SERVER_NAME for a Trino that reads the source).',
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
    fix: `Check the address, the scheme (http or https), and that Trino is running: curl ${origin}/v1/info`,
  });
}

/** `said` is the start of the answer. */
export function refused(origin: string, user: string, status: number, said: string): TrinoDiagnostic {
  return diagnostic({
    code: 'trino-refused',
    message: `${origin} refused the user '${user}' (HTTP ${status}): ${said}`,
    fix: 'Check the user (--trino-user), the password (A2O_TRINO_PASSWORD), and `target.access` of the mapping, which says who may sign in; for a Trino that reads the source, --source-trino-user and A2O_SOURCE_TRINO_PASSWORD.',
  });
}

export function unavailable(origin: string, status: number, said: string): TrinoDiagnostic {
  return diagnostic({
    code: 'trino-unavailable',
    message: `${origin} does not accept requests (HTTP ${status}): ${said}`,
    fix: `Run the statement again when curl ${origin}/v1/info says "starting":false.`,
  });
}

/** `said` is the start of the answer, or what is wrong with it. */
export function notTrino(origin: string, status: number, said: string): TrinoDiagnostic {
  return diagnostic({
    code: 'trino-answer',
    message: `The answer of ${origin} is not from Trino (HTTP ${status}): ${said}`,
    fix: 'Use the address of the coordinator or its gateway, not of a proxy that answers in its place.',
  });
}

export function queryLost(origin: string, queryId: string): TrinoDiagnostic {
  return diagnostic({
    code: 'trino-query-lost',
    message: `${origin} no longer knows the query ${queryId}.`,
    fix: 'Check what the statement did, then run it again: the coordinator restarted, or dropped a query whose results were not read.',
  });
}

export function foreignAddress(origin: string, given: string): TrinoDiagnostic {
  return diagnostic({
    code: 'trino-foreign-address',
    message: `${origin} redirects its client to ${given}; credentials are not sent to another server.`,
    fix: 'If Trino is behind a proxy, set http-server.process-forwarded=true in its config.properties; otherwise use the address that it redirects to.',
  });
}

export function outcomeUnknown(origin: string, reason: string): TrinoDiagnostic {
  return diagnostic({
    code: 'trino-outcome-unknown',
    message: `It is not known whether ${origin} accepted the statement: ${reason}.`,
    fix: 'Look up the statement in system.runtime.queries before running it again.',
  });
}

export function cancelled(queryId: string | undefined): TrinoDiagnostic {
  return diagnostic({
    code: 'trino-cancelled',
    message: `The statement was cancelled${queryId === undefined ? '' : ` (query ${queryId})`}.`,
    fix: 'Run the statement again; if it writes, first check whether it already took effect.',
  });
}
