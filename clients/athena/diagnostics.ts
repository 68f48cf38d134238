import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { connectionFailure } from '../connection-failure.js';

interface ServiceError {
  readonly name: string;
  readonly message: string;
  readonly $metadata: object;
}

const fixes: Readonly<Record<string, string>> = {
  AccessDeniedException:
    'Grant athena:StartQueryExecution, athena:GetQueryExecution, athena:GetQueryResults and athena:StopQueryExecution on the workgroup.',
  InvalidRequestException:
    'Check the workgroup, its result location, and the statement: aws athena get-work-group --work-group WORKGROUP',
  TooManyRequestsException:
    'Run the validation again with fewer queries at a time, or raise the quota of active queries in Service Quotas.',
};

/** Turns an error of the Athena client into a Diagnostic. Rethrows errors of neither Athena nor the network. */
export function athenaDiagnostic(error: unknown, region: string): Diagnostic {
  const failure = connectionFailure(error);
  if (failure !== undefined)
    return diagnostic({
      code: 'athena-unreachable',
      message: `Athena in ${region} cannot be reached: ${failure.reason}.`,
      fix: 'Check the Region and the network: aws athena list-work-groups',
    });
  if ((error as Partial<Error> | null)?.name === 'CredentialsProviderError')
    return diagnostic({
      code: 'athena-no-credentials',
      message: `No credentials were found for Athena in ${region}: ${(error as Error).message}`,
      fix: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.',
    });
  if (!isServiceError(error)) throw error;
  return diagnostic({
    code: 'athena-request-failed',
    message: `Athena in ${region} refused the request (${error.name}): ${error.message}`,
    fix:
      fixes[error.name] ?? 'Check the state of Amazon Athena in the AWS Health Dashboard, then run the command again.',
  });
}

export function queryFailed(id: string, state: string, reason: string): Diagnostic {
  return diagnostic({
    code: 'athena-query-failed',
    message: `Athena reports ${state}: ${reason} (query ${id})`,
    fix: `Read why the query failed: aws athena get-query-execution --query-execution-id ${id}`,
  });
}

export function cancelled(id: string | undefined): Diagnostic {
  return diagnostic({
    code: 'athena-cancelled',
    message: `The query was cancelled${id === undefined ? '' : ` (query ${id})`}.`,
    fix: 'Run the command again.',
  });
}

function isServiceError(error: unknown): error is ServiceError {
  return typeof error === 'object' && error !== null && '$metadata' in error;
}
