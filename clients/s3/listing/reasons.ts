import { diagnostic } from '../../../core/diagnostic.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import type { TransferFailure } from '../../transfer/index.js';

/** Why a bucket was not listed. Source: Amazon S3 API reference, 'Error responses'. */
export function listingFailure(
  { status, code, reason: message }: TransferFailure,
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  endpoint: string,
): Diagnostic {
  const path = `s3://${bucket}/${prefix}`;
  const answer = [code, ...(status === 0 || code === `HTTP ${status}` ? [] : [`HTTP ${status}`])].join(', ');
  const said = `(${answer})${message === '' ? '.' : `: ${message}`}`;
  if (code === 'aborted')
    return diagnostic({
      code: 'listing-interrupted',
      path,
      message: 'The listing was interrupted.',
      fix: 'Run the command again; continue a migration with `aws2openstack migrate resume`.',
    });
  if (code === 'NoSuchBucket')
    return diagnostic({
      code: 'source-bucket-missing',
      path,
      message: `The bucket '${bucket}' does not exist at ${endpoint}.`,
      fix: 'Check the name of the bucket, and the account and region of the source.',
    });
  if (status === 301 || code === 'PermanentRedirect' || code === 'AuthorizationHeaderMalformed')
    return diagnostic({
      code: 'source-other-region',
      path,
      message: `The bucket '${bucket}' is in another region ${said}`,
      fix: 'Set the region of the source to that of the bucket.',
    });
  if (code === 'credentials') return noCredentials(message, endpoint, path);
  if (status === 401 || status === 403)
    return diagnostic({
      code: 'source-listing-denied',
      path,
      message: `${endpoint} refused to list the bucket ${said}`,
      fix: `Allow s3:ListBucket, s3:ListBucketVersions and s3:GetBucketVersioning on the bucket for the source's credentials.${mayAskToPay(endpoint)}`,
    });
  if (code === 'certificate')
    return diagnostic({
      code: 'source-failed',
      path,
      message: `The certificate of ${endpoint} is not trusted: ${message}.`,
      fix: 'Set NODE_EXTRA_CA_CERTS to a PEM file with the authority that signed it.',
    });
  return diagnostic({
    code: 'source-failed',
    path,
    message:
      status === 0 ? `${endpoint} gave no complete answer: ${message}.` : `The request to ${endpoint} failed ${said}`,
    fix:
      expiredSessionFix({ code }) ??
      `Check the object store and its log: curl ${endpoint.startsWith('http') ? endpoint : 'its endpoint'}`,
  });
}

/** The fix for expired temporary credentials; `undefined` for another failure. */
export function expiredSessionFix({ code }: Pick<TransferFailure, 'code'>): string | undefined {
  if (code !== 'ExpiredToken') return undefined;
  return 'Renew the session (with `aws sso login` or a new AWS_SESSION_TOKEN, for example), and restart workers that have the old one in their environment; `aws2openstack migrate retry --all` then retries what has failed in the meantime.';
}

/** A bucket whose requester pays answers as one without permission. */
export function mayAskToPay(endpoint: string): string {
  return endpoint === 'Amazon S3'
    ? ' If the requester pays for this bucket, add --requester-pays to aws2openstack migrate plan and start.'
    : '';
}

function noCredentials(reason: string, endpoint: string, path: string): Diagnostic {
  return diagnostic({
    code: 'source-no-credentials',
    path,
    message: `No credentials for ${endpoint} were found: ${reason}`,
    fix: 'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; `aws sts get-caller-identity` shows whether they work.',
  });
}

/** A listing by version goes on behind a key, and a request can name only a key in UTF-8. */
export function unnameableKey({ bucket, prefix }: { readonly bucket: string; readonly prefix: string }): Diagnostic {
  return diagnostic({
    code: 'listing-key-bytes',
    path: `s3://${bucket}/${prefix}`,
    message: 'The listing cannot continue after a key that is not valid UTF-8: no request can name it.',
    fix: `Rename the object at the source, or delete it: aws s3api list-object-versions --bucket ${bucket} --encoding-type url shows such keys, with %80 to %FF in them.`,
  });
}

export function isPermanent({ severity, code }: Diagnostic): boolean {
  return severity === 'error' && code !== 'source-failed' && code !== 'listing-interrupted';
}
