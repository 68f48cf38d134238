import type { AwsFailure } from '../../../clients/aws-failure.js';
import { diagnostic } from '../../../core/diagnostic.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import type { Ending } from '../stream/reasons.js';
import type { Transfer } from './transfer.js';

/** DataSync, or the bucket for its manifests, did not take a request. */
export function requestEnding({ name }: Transfer, failure: AwsFailure): Ending {
  return { state: failure.isPermanent ? 'refused' : 'failed', reason: requestRefused(failure, name) };
}

export function requestRefused({ kind, reason }: AwsFailure, path = ''): Diagnostic {
  return diagnostic({
    code: 'datasync-request',
    path,
    message: `DataSync, or the bucket for its manifests and reports, refused a request (${kind}): ${reason}`,
    fix: 'Check `target.dataSync` of the mapping, and the permissions of the credentials: datasync:*, iam:PassRole on its role, s3:PutObject, s3:GetObject and s3:ListBucket on its bucket.',
  });
}

/** An execution ended with an error. Source: AWS DataSync user guide, 'Troubleshooting'. */
export function executionEnding(arn: string, code: string, detail: string): Ending {
  const reason = diagnostic({
    code: 'datasync-failed',
    path: arn,
    message: `The DataSync execution ended with an error (${code})${detail === '' ? '.' : `: ${detail}`}`,
    fix: `Read the reason: aws datasync describe-task-execution --task-execution-arn ${arn}; then run aws2openstack migrate retry.`,
  });
  return { state: 'failed', reason };
}
