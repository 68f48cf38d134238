import { connectionFailure } from './connection-failure.js';

export interface AwsFailure {
  /** The service's own code, `connection` or `credentials`. */
  readonly kind: string;
  readonly reason: string;
  /** Whether another attempt gets the same answer. */
  readonly isPermanent: boolean;
}

interface ServiceError {
  readonly name: string;
  readonly message: string;
  readonly errorCode?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Of services that are too busy, with whatever status. Source: AWS SDK reference guide, 'Retry behavior'. */
const busyWords = /throttl|(limit|throughput) ?exceeded|too many|slow ?down|TransactionInProgress/i;

/** The meaning of an AWS client's error. Rethrows errors of neither the service nor the network. */
export function awsFailure(error: unknown): AwsFailure {
  const failure = connectionFailure(error);
  if (failure !== undefined) return { kind: 'connection', reason: failure.reason, isPermanent: false };
  const { name, message } = error as Error;
  if (name === 'CredentialsProviderError') return { kind: 'credentials', reason: message, isPermanent: true };
  // An answer that cannot be read has no metadata.
  if (typeof error !== 'object' || error === null || !('$metadata' in error || '$response' in error)) throw error;
  const { errorCode, $metadata } = error as ServiceError;
  const status = $metadata?.httpStatusCode ?? 500;
  const isBusy = busyWords.test(`${name} ${message}`);
  return { kind: errorCode ?? name, reason: message, isPermanent: status < 500 && status !== 429 && !isBusy };
}
