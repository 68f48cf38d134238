import { awsFailure } from '../../clients/aws-failure.js';
import { attemptsWorth } from '../../clients/transfer/index.js';
import type { TransferFailure } from '../../clients/transfer/index.js';
import { withoutCredentials } from '../../core/credentials.js';
import type { Result } from '../../core/result.js';
import { MigrationError, TransientError } from '../machines/index.js';

/** One of the errors that end a step for good. */
export type PermanentError = new (message: string) => MigrationError;

/** The value. Throws a TransientError for what may pass, else `As`; `what` is the sentence's beginning, without a full stop. */
export function valueOf<T>(
  result: Result<T, TransferFailure>,
  { what, As, signal }: { readonly what: string; readonly As: PermanentError; readonly signal: AbortSignal },
): T {
  if (result.ok) return result.value;
  signal.throwIfAborted();
  const { code, reason } = result.error;
  const message = `${what}: ${withoutCredentials(reason === '' || reason === code ? code : `${code}, ${reason}`)}`;
  throw attemptsWorth(result.error) === 'many' ? new TransientError(message) : new As(message);
}

/** The same for errors of the AWS SDK. Rethrows what is neither the service's nor the network's. */
export function rethrowAws(
  error: unknown,
  { what, As }: { readonly what: string; readonly As: PermanentError },
): never {
  if (error instanceof MigrationError) throw error;
  if (error instanceof Error && error.name === 'AbortError') throw error;
  const { kind, reason, isPermanent } = awsFailure(error);
  const message = `${what}: ${kind}, ${withoutCredentials(reason)}`;
  throw isPermanent ? new As(message) : new TransientError(message);
}
