import { awsFailure } from '../../clients/aws-failure.js';
import { TransientError } from '../machines/errors.js';

/** The answer of an AWS client. What another attempt may change becomes a TransientError, which Step Functions retries. */
export async function sent<T>(what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const { kind, reason, isPermanent } = awsFailure(error);
    if (isPermanent) throw error;
    throw new TransientError(`${what} failed (${kind}): ${reason}`);
  }
}
