import { awsFailure } from '../../../clients/aws-failure.js';
import type { AwsFailure } from '../../../clients/aws-failure.js';
import { attemptsWorth } from '../../../clients/transfer/failure.js';
import type { TransferFailure } from '../../../clients/transfer/failure.js';
import { MigrationError, PrerequisiteError, TransientError } from '../../machines/errors.js';

/** The error that a call fails with when MGN refuses it for good. */
export type Refusal = new (message: string) => MigrationError;

const prerequisites: Readonly<Record<string, string>> = {
  UninitializedAccountException: 'Initialize MGN in this account and region: aws mgn initialize-service.',
  ResourceNotFoundException: 'Check that the agent of the source is installed and reports to this account and region.',
  credentials: 'Give the process credentials of the target account.',
};

const denials = ['AccessDeniedException', 'UnauthorizedOperation'];

/** A function has a role of the stack; a worker has the credentials that the AWS SDK finds. */
function allowance(env: Readonly<Record<string, string | undefined>>): string {
  return env['AWS_LAMBDA_FUNCTION_NAME'] === undefined
    ? 'Allow the action to the user or role whose credentials the worker has: aws sts get-caller-identity names it.'
    : 'Allow the action to the role of the function.';
}

/** Another job of the same server, and the quota of jobs, pass by themselves. */
const passing = ['ConflictException', 'ServiceQuotaExceededException'];

/** Runs a call; its failure becomes an error whose name says whether it is worth trying again. */
export async function asking<T>(what: string, refusal: Refusal, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    throw errorOf(what, refusal, awsFailure(error));
  }
}

export function errorOf(what: string, Refused: Refusal, { kind, reason, isPermanent }: AwsFailure): MigrationError {
  const fix = denials.includes(kind) ? allowance(process.env) : prerequisites[kind];
  const message = `${what} failed (${kind}): ${reason}${fix === undefined ? '' : ` ${fix}`}`;
  if (fix !== undefined) return new PrerequisiteError(message);
  return !isPermanent || passing.includes(kind) ? new TransientError(message) : new Refused(message);
}

export function ec2Failure(failure: TransferFailure): AwsFailure {
  const { code, reason } = failure;
  return { kind: code, reason: reason || 'no reason given', isPermanent: attemptsWorth(failure) !== 'many' };
}
