import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { connectionFailure } from '../connection-failure.js';
import type { S3Target } from './target.js';

interface ServiceError {
  readonly name: string;
  readonly message: string;
  readonly $metadata: { readonly httpStatusCode?: number };
  readonly BucketName?: string;
}

/** Turns an error of `s3Client` into a Diagnostic. Rethrows errors of neither the store nor the network. */
export function s3Diagnostic(error: unknown, { endpoint = 'Amazon S3' }: Pick<S3Target, 'endpoint'>): Diagnostic {
  const failure = connectionFailure(error);
  if (failure !== undefined) return noConnection(endpoint, failure);
  if (isNamed(error, 'CredentialsProviderError'))
    return diagnostic({
      code: 's3-no-credentials',
      message: `No credentials were found for ${endpoint}: ${error.message}`,
      fix: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.',
    });
  if (!isServiceError(error)) throw error;
  const { name, message, $metadata, BucketName } = error;
  const status = $metadata.httpStatusCode;
  const said = `(${name}${status === undefined ? '' : `, HTTP ${status}`})${message === '' ? '' : `: ${message}`}`;
  if (name === 'NoSuchBucket')
    return diagnostic({
      code: 's3-no-such-bucket',
      message: `The bucket${BucketName === undefined ? '' : ` '${BucketName}'`} does not exist at ${endpoint} ${said}`,
      fix: 'Check the name of the bucket, and that the stack that creates it is applied.',
    });
  if (status === 401 || status === 403)
    return diagnostic({
      code: 's3-refused',
      message: `${endpoint} refused the request ${said}`,
      fix: 'Check the access key, the secret key, the region, and the permissions of the key.',
    });
  return diagnostic({
    code: 's3-failed',
    message: `The request to ${endpoint} failed ${said}`,
    fix: "Check that the endpoint is an S3 service, and read the store's log.",
  });
}

function noConnection(
  endpoint: string,
  { kind, reason }: NonNullable<ReturnType<typeof connectionFailure>>,
): Diagnostic {
  if (kind === 'certificate')
    return diagnostic({
      code: 's3-certificate',
      message: `The certificate of ${endpoint} is not trusted: ${reason}.`,
      fix: 'Set NODE_EXTRA_CA_CERTS to a PEM file with the authority that signed it, or, for the target, set A2O_TARGET_CA_FILE, or `target.trust.caFile` in the mapping.',
    });
  if (kind === 'timeout')
    return diagnostic({
      code: 's3-timeout',
      message: `${endpoint} did not answer in time: ${reason}.`,
      fix: `Check the object store: curl ${endpoint}`,
    });
  return diagnostic({
    code: 's3-unreachable',
    message: `${endpoint} cannot be reached: ${reason}.`,
    fix: `Check the address, the scheme (http or https) and the network: curl ${endpoint}`,
  });
}

function isServiceError(error: unknown): error is ServiceError {
  return typeof error === 'object' && error !== null && '$metadata' in error;
}

function isNamed(error: unknown, name: string): error is Error {
  return (error as Partial<Error> | null)?.name === name;
}
