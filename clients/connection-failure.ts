/** Why a server gave no answer. */
export interface ConnectionFailure {
  readonly kind: 'certificate' | 'timeout' | 'unreachable';
  /** As Node reports it: a message, or a code such as `ECONNREFUSED`. */
  readonly reason: string;
  /** Whether it is certain that the server did not receive the request. */
  readonly neverSent: boolean;
}

interface SystemError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

/** Source: Node.js documentation, 'X509 certificate error codes'. */
const certificateCode =
  /^CERT_|^CRL_|^ERR_TLS_CERT_|SELF_SIGNED_CERT|^UNABLE_TO_|^INVALID_(CA|PURPOSE)$|^HOSTNAME_MISMATCH$/;
const timeoutCode = /^(ETIMEDOUT|UND_ERR_(HEADERS|BODY)_TIMEOUT)$/;
/** No connection was established, or the request cannot be written at all. */
const neverSentCode =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|UND_ERR_INVALID_ARG)$/;
const networkCode = /^(ECONN|EPIPE|EPROTO|EAI_|ENOTFOUND|EHOST|ENET|ETIMEDOUT|ERR_SSL_|ERR_TLS_|HPE_|UND_ERR_)/;

/** The connection failure behind an error of Node, undici or the AWS SDK; undefined for any other error. */
export function connectionFailure(error: unknown): ConnectionFailure | undefined {
  for (const each of withCauses(error)) {
    const code = typeof each.code === 'string' ? each.code : '';
    const reason = each.message === undefined || each.message === '' ? code : each.message;
    const neverSent = certificateCode.test(code) || neverSentCode.test(code);
    if (certificateCode.test(code)) return { kind: 'certificate', reason, neverSent };
    if (timeoutCode.test(code) || each.name === 'NoAnswerError') return { kind: 'timeout', reason, neverSent };
    if (networkCode.test(code)) return { kind: 'unreachable', reason, neverSent };
    // undici, without a code: what answers does not speak HTTP, as a TLS port that is asked without TLS.
    if (each.name === 'HTTPParserError') return { kind: 'unreachable', reason, neverSent: true };
    // By its code first: the SDK gives this name to connections that were reset.
    if (each.name === 'TimeoutError') return { kind: 'timeout', reason, neverSent };
  }
  return undefined;
}

/** The error and its causes. Of the errors for a host name with several addresses, the first. */
function* withCauses(error: unknown): Generator<SystemError> {
  let each = error;
  for (let depth = 0; depth < 8 && typeof each === 'object' && each !== null; depth += 1) {
    const { errors, cause } = each as SystemError;
    yield each;
    each = errors?.[0] ?? cause;
  }
}
