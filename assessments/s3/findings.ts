import { compareText } from '../../core/canonical-json.js';
import type { Finding } from '../assessment.js';
import { describeCount } from '../../core/format-bytes.js';
import { namedBuckets } from '../storage/listing-findings.js';
import type { BucketOutcome } from './assess-bucket.js';

/** Storage classes whose objects must be restored before they can be read. Source: Amazon S3 user guide, 'Storage classes'. */
const archives = ['DEEP_ARCHIVE', 'GLACIER'];

/** Findings for everything about buckets that could not be read or needs attention. */
export function findingsOf(outcomes: readonly BucketOutcome[]): readonly Finding[] {
  return [...outcomes.flatMap(bucketFindings), ...settingFindings(outcomes)];
}

function bucketFindings({ bucket, listing, versionsDenied, unread }: BucketOutcome): readonly Finding[] {
  const { name: asset, contents, settings } = bucket;
  const finding = (code: string, severity: Finding['severity'], message: string, fix: string): Finding => ({
    code,
    severity,
    asset,
    message,
    fix,
  });
  if (unread.some(({ because }) => because === 'no-bucket'))
    return [
      finding(
        'bucket-missing',
        'error',
        `The bucket '${asset}' does not exist.`,
        'Correct its name, or the location in Glue that names it.',
      ),
    ];
  const archived = archives.flatMap((name) => contents?.storageClasses[name] ?? []);
  const tables = settings.find(({ setting }) => setting === 'metadata-tables');
  return [
    ...(listing?.reasons ?? []).map(({ message, fix }) =>
      finding('bucket-not-listed', 'error', `The bucket could not be listed: ${message}`, fix),
    ),
    ...(versionsDenied
      ? [
          finding(
            'versions-not-listed',
            'warning',
            'Old versions and delete markers of the bucket, if it has any, could not be listed and are not counted.',
            `Grant s3:GetBucketVersioning and s3:ListBucketVersions on arn:aws:s3:::${asset}.`,
          ),
        ]
      : []),
    ...(archived.length === 0
      ? []
      : [
          finding(
            'archived-objects',
            'warning',
            `${describeCount({
              objects: archived.reduce((sum, { objects }) => sum + objects, 0),
              bytes: archived.reduce((sum, { bytes }) => sum + bytes, 0),
            })}: in GLACIER or DEEP_ARCHIVE, not readable until restored.`,
            'Restore them before the copy, with an S3 Batch Operations job or with `aws s3api restore-object` for each object, and for long enough that the copy can finish.',
          ),
        ]),
    ...(tables === undefined || contents !== null
      ? []
      : [finding('metadata-table', 'info', `The bucket has S3 Metadata: ${tables.found}.`, tables.becomes)]),
  ];
}

/** One finding for each permission that is missing, not one for each bucket. */
function settingFindings(outcomes: readonly BucketOutcome[]): readonly Finding[] {
  const unread = outcomes.flatMap(({ bucket, unread: own }) => own.map((each) => ({ ...each, bucket: bucket.name })));
  const groups = Map.groupBy(
    unread.filter(({ because }) => because !== 'no-bucket'),
    ({ because, setting }) => `${setting} ${because}`,
  );
  return [...groups.values()].flatMap((group): Finding[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { setting, because, action, message } = first;
    const buckets = group.map(({ bucket }) => bucket).sort(compareText);
    if (because === 'unknown-to-store')
      return [
        {
          code: 'setting-unknown-to-store',
          severity: 'info',
          asset: '',
          message: `The store does not know the setting '${setting}' of ${namedBuckets(buckets)}.`,
          fix: 'No action is needed if the store is not Amazon S3.',
        },
      ];
    return [
      {
        code: 'setting-not-read',
        severity: 'error',
        asset: '',
        message: `The setting '${setting}' of ${namedBuckets(buckets)} could not be read: ${message}`,
        fix:
          because === 'denied'
            ? `Grant ${action} on ${buckets.length > 3 ? 'arn:aws:s3:::*' : buckets.map((bucket) => `arn:aws:s3:::${bucket}`).join(', ')}, then assess again.`
            : 'Fix the cause that the message names, then assess again.',
      },
    ];
  });
}
