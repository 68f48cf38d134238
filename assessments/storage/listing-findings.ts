import type { Finding } from '../assessment.js';
import { formatBytes } from '../../core/format-bytes.js';
import type { BucketListing } from './list-bucket.js';

const maxNames = 10;

/**
 * One finding for each reason why tables have no listed size, and one for what several tables read.
 *
 * @param listings by bucket
 */
export function listingFindings(listings: ReadonlyMap<string, BucketListing>): readonly Finding[] {
  const byCode = Map.groupBy(
    [...listings].flatMap(([bucket, { reasons, unlisted }]) => reasons.map((reason) => ({ bucket, reason, unlisted }))),
    ({ reason }) => reason.code,
  );
  const failed = [...byCode.values()].flatMap((group): Finding[] => {
    const [first] = group;
    if (first === undefined) return [];
    const buckets = group.map(({ bucket }) => bucket);
    const tables = new Set(group.flatMap(({ unlisted }) => unlisted)).size;
    return [
      {
        code: 'sizes-not-listed',
        severity: 'warning',
        asset: '',
        message: `The files of ${tables} tables in ${namedBuckets(buckets)} were not listed, so their sizes come from the catalog or are unknown: ${first.reason.message}`,
        fix: `${fixOf(first.reason.code, buckets, first.reason.fix)} Then assess again.`,
      },
    ];
  });
  const shared = [...listings].filter(([, { sharedBytes }]) => sharedBytes > 0);
  if (shared.length === 0) return failed;
  const bytes = shared.reduce((sum, [, { sharedBytes }]) => sum + sharedBytes, 0);
  return [
    ...failed,
    {
      code: 'shared-files',
      severity: 'info',
      asset: '',
      message: `Some files in ${namedBuckets(shared.map(([bucket]) => bucket))} are in the folders of several tables. They count towards the size of each table, which makes the sum of the sizes ${formatBytes(bytes)} too large.`,
      fix: 'For what has to be copied, take the bytes under `listed` in the report, where each file counts once.',
    },
  ];
}

function fixOf(code: string, buckets: readonly string[], fix: string): string {
  if (code !== 'source-listing-denied') return fix;
  return `Grant s3:ListBucket on ${buckets
    .slice(0, maxNames)
    .map((bucket) => `arn:aws:s3:::${bucket}`)
    .join(', ')}${buckets.length > maxNames ? ' and the other buckets' : ''}.`;
}

/** Such as `the buckets a, b and 7 more`. */
export function namedBuckets(buckets: readonly string[]): string {
  const shown = buckets.slice(0, maxNames).join(', ');
  const more = buckets.length - maxNames;
  return `${buckets.length === 1 ? 'the bucket' : 'the buckets'} ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}
