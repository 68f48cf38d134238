import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { notGlue } from './answers.js';

/**
 * - `throttled`, `transient`: worth another try. `refused`: worth a few, because no server is listening.
 * - `denied`, `unreadable`: about one asset; the rest can still be assessed.
 * - `stale-token`: a page token that Glue no longer accepts.
 * - `fatal`: about the whole run. `aborted`: stopped by the user.
 */
type FailureKind =
  'throttled' | 'transient' | 'refused' | 'denied' | 'unreadable' | 'stale-token' | 'fatal' | 'aborted';

/** The failure of a call to Glue. */
export interface GlueFailure {
  readonly kind: FailureKind;
  /** The error's own name or system code, such as `AccessDeniedException` or `ECONNREFUSED`. */
  readonly name: string;
  readonly message: string;
}

export interface CallContext {
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly profile?: string | undefined;
}

const kindsByName: readonly (readonly [RegExp, FailureKind])[] = [
  [/^AbortError$/, 'aborted'],
  [
    /^(Throttling|ThrottlingException|ThrottledException|TooManyRequestsException|RequestLimitExceeded|RequestThrottled(Exception)?|SlowDown|LimitExceededException|ProvisionedThroughputExceededException)$/,
    'throttled',
  ],
  [/^(AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized)$/, 'denied'],
  [
    /^(GlueEncryptionException|EntityNotFoundException|FederationSourceException|ResourceNotReadyException|OperationNotSupportedException|KMSKeyNotAccessibleFault)$/,
    'unreadable',
  ],
  [/^(InvalidInputException|ValidationException|InvalidPaginationToken(Exception)?)$/, 'stale-token'],
  [
    /^(InternalServiceException|InternalServerException|InternalFailure|ServiceUnavailable(Exception)?|OperationTimeoutException|FederationSourceRetryableException|TimeoutError|NoAnswerError|RequestTimeout)$/,
    'transient',
  ],
  [/^(ECONNRESET|EPIPE|ETIMEDOUT|ECONNABORTED|EAI_AGAIN|ERR_HTTP2_.*)$/, 'transient'],
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/, 'refused'],
];

/** Reads an error that a client threw. Total: an unknown error is fatal. */
export function failureOf(error: unknown): GlueFailure {
  const { name, code, message, httpStatus } = readError(error);
  const known = kindsByName.find(([pattern]) => pattern.test(name) || pattern.test(code))?.[1];
  const own = code !== '' && !name.endsWith('Exception') ? code : name;
  if (known !== undefined) return { kind: known, name: own, message };
  if (httpStatus === 429) return { kind: 'throttled', name, message };
  if (httpStatus !== undefined && httpStatus >= 500) return { kind: 'transient', name, message };
  return { kind: 'fatal', name: own, message };
}

/** The Diagnostic of a failure that ends the run. */
export function diagnose({ name, message, kind }: GlueFailure, { region, endpoint, profile }: CallContext): Diagnostic {
  const place = endpoint ?? `glue.${region}.amazonaws.com`;
  const named = profile === undefined ? '' : ` --profile ${profile}`;
  const tell = (code: string, text: string, fix: string): Diagnostic =>
    diagnostic({
      code,
      message: text,
      fix,
    });
  if (/Region is missing/i.test(message)) {
    return tell(
      'no-region',
      'No region is set: neither --region nor AWS_REGION nor the profile names one.',
      'Add --region, such as `--region eu-central-1`.',
    );
  }
  if (name === 'CredentialsProviderError' && profile !== undefined) {
    return tell(
      'unknown-profile',
      `The profile '${profile}' has no credentials: it is not in the shared AWS files, or has no usable keys.`,
      'Use a profile that `aws configure list-profiles` shows, or set it up with `aws configure --profile ' +
        profile +
        '`.',
    );
  }
  if (
    /^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/.test(name) ||
    /token.*expired|expired.*(token|session)/i.test(message)
  ) {
    return tell(
      'expired-credentials',
      `The AWS credentials have expired: ${firstSentence(message)}`,
      `Get new ones with \`aws sso login${named}\` (or \`aws sts get-session-token\`), then run the same command again: it continues where it stopped.`,
    );
  }
  if (
    /CredentialsProviderError|TokenProviderError/.test(name) ||
    /Could not load credentials|Resolved credential object is not valid/i.test(message)
  ) {
    return tell(
      'no-credentials',
      'No AWS credentials were found in the environment, the shared files or the instance.',
      'Run `aws configure` or `aws sso login`, name a profile (AWS_PROFILE, or --profile), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; `aws sts get-caller-identity` shows whether they work.',
    );
  }
  if (
    /^(UnrecognizedClientException|InvalidSignatureException|SignatureDoesNotMatch|IncompleteSignature(Exception)?|InvalidClientTokenId|MissingAuthenticationToken(Exception)?|AuthFailure|InvalidAccessKeyId)$/.test(
      name,
    )
  ) {
    return tell(
      'invalid-credentials',
      `AWS does not accept the credentials (${name}): ${firstSentence(message)}`,
      `Check them with \`aws sts get-caller-identity${named}\`; set AWS_SESSION_TOKEN too if they are temporary, and check the machine's clock.`,
    );
  }
  if (kind === 'denied') {
    return tell(
      'access-denied',
      `Access is denied: ${firstSentence(message)}`,
      `Grant glue:GetDatabases, glue:GetTables and glue:GetPartitions on arn:${arnPartition(region)}:glue:${region}:*:catalog, :database/* and :table/*/* to the identity that \`aws sts get-caller-identity${named}\` shows.`,
    );
  }
  if (kind === 'throttled') {
    return tell(
      'throttled',
      `Glue throttled the calls (${name}) even after waiting and slowing down: ${firstSentence(message)}`,
      'Run the same command again when the catalog is less busy (it continues where it stopped), or add `--max-attempts 20`.',
    );
  }
  if (name === 'ENOTFOUND' || name === 'EAI_AGAIN') {
    return tell(
      'unknown-host',
      `The host name of ${place} cannot be resolved (${name}).`,
      endpoint === undefined
        ? `Check --region (\`aws ec2 describe-regions\` lists them; received '${region}') and this machine's DNS.`
        : 'Correct --endpoint-url; `curl -v ' + endpoint + '` shows whether it answers.',
    );
  }
  if (kind === 'refused' || kind === 'transient') {
    return tell(
      'unreachable',
      `${place} cannot be reached or is failing (${name}): ${firstSentence(message)}`,
      `Check the network, the proxy and the endpoint with \`curl -v ${endpoint ?? `https://${place}`}\`, then run the same command again: it continues where it stopped.`,
    );
  }
  if (
    name === notGlue ||
    name === 'SyntaxError' ||
    /Deserialization error|is not valid JSON|Unexpected token/i.test(message)
  ) {
    return tell(
      'not-glue',
      `The answer of ${place} is not from Glue: ${firstSentence(message)}`,
      'Correct --endpoint-url: it must be an endpoint of the Glue API, not the address of a web page.',
    );
  }
  return tell(
    'glue-failed',
    `Glue answered ${name}: ${firstSentence(message)}`,
    'Check --region, --endpoint-url and the identity (`aws sts get-caller-identity`), then run the same command again.',
  );
}

export function arnPartition(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

function readError(error: unknown): { name: string; code: string; message: string; httpStatus: number | undefined } {
  if (!(error instanceof Error)) return { name: 'Error', code: '', message: String(error), httpStatus: undefined };
  const { code, $metadata } = error as Error & { code?: unknown; $metadata?: { httpStatusCode?: number } };
  const inner = error instanceof AggregateError ? readError(error.errors[0]) : undefined;
  return {
    name: error.name,
    code: typeof code === 'string' ? code : (inner?.code ?? ''),
    message: error.message === '' ? (inner?.message ?? error.name) : error.message,
    httpStatus: $metadata?.httpStatusCode,
  };
}

/** The rest of an SDK message is hints for programmers. */
function firstSentence(message: string): string {
  const line = message.split('\n')[0] ?? '';
  return line.length > 300 ? `${line.slice(0, 297)}…` : line;
}
