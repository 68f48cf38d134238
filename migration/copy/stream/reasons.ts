import { diagnostic } from '../../../core/diagnostic.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import { attemptsWorth } from '../../../clients/transfer/index.js';
import type { TransferFailure } from '../../../clients/transfer/index.js';
import { expiredSessionFix, mayAskToPay } from '../../../clients/s3/listing/index.js';
import type { ObjectRef } from '../../../clients/s3/listing/index.js';
import type { CopyState, ObjectPlace } from '../copy-engine.js';

/** Why an object was not copied, and what that means for it. */
export interface Ending {
  readonly state: Exclude<CopyState, 'copied'>;
  readonly reason: Diagnostic;
}

type Cause = Pick<Diagnostic, 'code' | 'message' | 'fix'>;

/** Of a request to the source. Source: Amazon S3 API reference, 'GetObject' and 'Error responses'. */
export function sourceEnding(failure: TransferFailure, ref: ObjectRef, endpoint: string): Ending {
  const path = `s3://${ref.bucket}/${ref.key}`;
  const ended = (state: Ending['state'], cause: Cause): Ending => ({ state, reason: diagnostic({ ...cause, path }) });
  const { status, code, reason } = failure;
  const said = answerOf(failure);
  if (code === 'aborted') return interruptedEnding(ref);
  if (status === 412 || status === 416)
    return ended('gone', {
      code: 'object-overwritten',
      message: `The object was overwritten after it was listed (ETag ${ref.etag}).`,
      fix: 'List the bucket again: aws2openstack migrate retry.',
    });
  // A delete marker answers 405.
  if (code === 'NoSuchKey' || code === 'NoSuchVersion' || status === 405)
    return ended('gone', {
      code: 'object-deleted',
      message: `The object${ref.versionId === null ? '' : ` version ${ref.versionId}`} was deleted after it was listed.`,
      fix: 'List the bucket again: aws2openstack migrate retry.',
    });
  if (code === 'NoSuchBucket')
    return ended('refused', {
      code: 'source-bucket-missing',
      message: `The bucket '${ref.bucket}' does not exist at ${endpoint}.`,
      fix: 'Check the name of the bucket, and the account and region of the source.',
    });
  if (code === 'InvalidObjectState')
    return ended('refused', {
      code: 'object-archived',
      message: `The object is archived (${ref.storageClass}) and must be restored before it can be read.`,
      fix: 'Restore it (aws s3api restore-object), then run aws2openstack migrate resume.',
    });
  if (/kms/i.test(code) || (status === 403 && /kms/i.test(reason)))
    return ended('refused', {
      code: 'source-key-denied',
      message: `The object's KMS key could not be used ${said}`,
      fix: "Allow kms:Decrypt on the key for the source's credentials, in the key policy and in IAM.",
    });
  if (status === 400 && /server.side encryption/i.test(reason))
    return ended('refused', {
      code: 'source-customer-key',
      message: `The object is encrypted with a key that only its owner has (SSE-C) ${said}`,
      fix: 'Re-encrypt it with SSE-S3 or SSE-KMS at the source, or move it out of the bucket; then run aws2openstack migrate resume.',
    });
  if (mayPass(failure)) return ended('failed', unanswered('source-failed', endpoint, failure));
  if (status === 401 || status === 403 || code === 'credentials')
    return ended('refused', {
      code: 'source-denied',
      message: `${endpoint} refused to return the object ${said}`,
      fix: `Allow s3:GetObject, s3:GetObjectVersion, s3:GetObjectTagging and s3:GetObjectVersionTagging for the source's credentials.${mayAskToPay(endpoint)}`,
    });
  return ended(status === 400 || status === 301 ? 'refused' : 'failed', unanswered('source-failed', endpoint, failure));
}

/** Of a request to the target. Source: Ceph documentation, 'Ceph Object Gateway S3 API'; Object Storage API v1. */
export function targetEnding(failure: TransferFailure, { bucket, key }: ObjectPlace, endpoint: string): Ending {
  const path = `s3://${bucket}/${key}`;
  const ended = (state: Ending['state'], cause: Cause): Ending => ({ state, reason: diagnostic({ ...cause, path }) });
  const { status, code } = failure;
  const said = answerOf(failure);
  if (code === 'aborted') return interruptedEnding({ bucket, key });
  if (code === 'NoSuchBucket' || (status === 404 && code === 'HTTP 404'))
    return ended('refused', {
      code: 'target-bucket-missing',
      message: `The bucket '${bucket}' does not exist at ${endpoint}.`,
      fix: 'Apply the stack lakehouse-storage, which creates it.',
    });
  if (
    code === 'QuotaExceeded' ||
    code === 'InsufficientCapacity' ||
    status === 507 ||
    (status === 413 && code !== 'EntityTooLarge')
  )
    return ended('refused', {
      code: 'target-full',
      message: `${endpoint} has no room left for the object ${said}`,
      fix: "Raise the quota of the target's bucket and project, then run aws2openstack migrate resume.",
    });
  if (mayPass(failure)) return ended('failed', unanswered('target-failed', endpoint, failure));
  if (status === 401 || status === 403 || code === 'credentials')
    return ended('refused', {
      code: 'target-denied',
      message: `${endpoint} refused to store the object ${said}`,
      fix: `Check the owner of the bucket '${bucket}', and the access key and permissions of the target.`,
    });
  return ended(
    status === 400 && code !== 'BadRequest' ? 'refused' : 'failed',
    unanswered('target-failed', endpoint, failure),
  );
}

/** The content that arrived is not the content that was read, each time. */
export function damagedEnding({ bucket, key }: ObjectPlace, message: string): Ending {
  const fix =
    'Check memory, disks and network of both stores and of this machine; then run aws2openstack migrate retry.';
  const path = `s3://${bucket}/${key}`;
  return { state: 'failed', reason: diagnostic({ code: 'content-damaged', path, message, fix }) };
}

export function interruptedEnding({ bucket, key }: ObjectPlace): Ending {
  const reason = diagnostic({
    code: 'copy-interrupted',
    path: `s3://${bucket}/${key}`,
    message: 'The copy was interrupted.',
    fix: 'Continue with aws2openstack migrate resume.',
  });
  return { state: 'interrupted', reason };
}

/** Such as a token that has expired: no person needs to decide. */
function mayPass(failure: TransferFailure): boolean {
  return attemptsWorth(failure) === 'many';
}

function unanswered(code: string, endpoint: string, failure: TransferFailure): Cause {
  const fix =
    expiredSessionFix(failure) ??
    `Check the object store and its log: curl ${endpoint.startsWith('http') ? endpoint : 'its endpoint'}`;
  if (failure.status !== 0) return { code, message: `The request to ${endpoint} failed ${answerOf(failure)}`, fix };
  if (failure.code === 'certificate')
    return {
      code,
      message: `The certificate of ${endpoint} is not trusted: ${failure.reason}.`,
      fix: 'Set NODE_EXTRA_CA_CERTS to a PEM file with the authority that signed it, or, for the target, set `target.trust.caFile` in the mapping.',
    };
  return { code, message: `${endpoint} gave no complete answer: ${failure.reason}.`, fix };
}

function answerOf({ status, code, reason }: TransferFailure): string {
  const answer = [code, ...(status === 0 || code === `HTTP ${status}` ? [] : [`HTTP ${status}`])].join(', ');
  return `(${answer})${reason === '' ? '.' : `: ${reason}`}`;
}
