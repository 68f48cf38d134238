import type { Finding } from '../assessment.js';
import { sumFigures } from '../storage/object-figures.js';
import type { AssessedBucket, S3Summary } from './s3-assessment.js';

/** Counts what the buckets hold together. What is not known is counted, never added as zero. */
export function summarizeS3(buckets: readonly AssessedBucket[], findings: readonly Finding[]): S3Summary {
  const contents = buckets.flatMap((bucket) => bucket.contents ?? []);
  return {
    buckets: buckets.length,
    bucketsWithoutContents: buckets.length - contents.length,
    ...sumFigures(contents),
    noncurrent: {
      objects: contents.reduce((sum, { noncurrent }) => sum + (noncurrent?.objects ?? 0), 0),
      bytes: contents.reduce((sum, { noncurrent }) => sum + (noncurrent?.bytes ?? 0), 0),
    },
    deleteMarkers: contents.reduce((sum, { deleteMarkers }) => sum + (deleteMarkers ?? 0), 0),
    complete: !findings.some(({ severity }) => severity === 'error'),
  };
}
