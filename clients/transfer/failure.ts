/** Why an object store did not do what it was asked. */
export interface TransferFailure {
  /** Of HTTP; 0 without an answer. */
  readonly status: number;
  /** The store's own code, such as `NoSuchKey`, where it gives one. Without an answer: `connection`, `certificate`, `timeout`, `aborted`, `credentials`. */
  readonly code: string;
  /** In the store's or in Node's words; may be empty. */
  readonly reason: string;
  /** From the header Retry-After. */
  readonly retryAfterMs?: number;
}

/** Of a request that its caller ended. */
export const abortedCode = 'aborted';

/** Of a request that no store has answered. */
export function noAnswer(kind: 'connection' | 'credentials', reason: string, status = 0): TransferFailure {
  return { status, code: kind, reason };
}

/** Of an answer that says that all is well and is not what was asked for: a page of a proxy, or one that was cut off. */
export function unexpectedAnswer(reason: string, status = 200): TransferFailure {
  return { status, code: unexpectedCode, reason };
}

export function isUnexpected({ code }: TransferFailure): boolean {
  return code === unexpectedCode;
}

const unexpectedCode = 'UnexpectedAnswer';

/**
 * How many attempts such a failure is worth. Source: Amazon S3 API reference, 'Error responses'.
 * - `many`: the store or the network is busy or broken for now, or the content was damaged on the way.
 * - `two`: it looks like a mistake of ours; damage on the way looks the same.
 * - `one`: the answer will not change.
 */
export function attemptsWorth({ status, code }: TransferFailure): 'many' | 'two' | 'one' {
  if (status === 0) return code === 'connection' || code === 'timeout' ? 'many' : 'one';
  // What a store does not implement, it will not implement meanwhile.
  if (status === 501) return 'one';
  if (status >= 500 || status === 408 || status === 425 || status === 429 || passingCodes.has(code)) return 'many';
  if (status === 401 || status === 400 || code === 'SignatureDoesNotMatch') return 'two';
  return 'one';
}

/** Whether the store found that the content is not what was announced. */
export function isDamaged({ status, code }: TransferFailure): boolean {
  return damageCodes.has(code) || status === 422;
}

const damageCodes = new Set(['BadDigest', 'XAmzContentSHA256Mismatch', 'InvalidDigest', 'IncompleteBody']);
const passingCodes = new Set([
  ...damageCodes,
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'SlowDown',
  'ExpiredToken',
  'OperationAborted',
  'ConditionalRequestConflict',
  'incomplete',
  unexpectedCode,
]);
