import { canonicalJson, sha256 } from '../../../core/canonical-json.js';
import type { CopyTask } from '../copy-engine.js';

/** Objects that one execution of DataSync copies, all from one bucket to one bucket. */
export interface Transfer {
  /** The same for the same content, so that whoever comes after a killed worker finds what that has begun. */
  readonly name: string;
  readonly sourceBucket: string;
  readonly targetBucket: string;
  readonly tasks: readonly CopyTask[];
}

export function transfersOf(tasks: readonly CopyTask[]): readonly Transfer[] {
  const byBuckets = Map.groupBy(tasks, ({ source, target }) => JSON.stringify([source.bucket, target.bucket]));
  return [...byBuckets.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const objects = own.map(({ source: { key, versionId, etag } }) => [key, versionId, etag]);
    const buckets = { sourceBucket: first.source.bucket, targetBucket: first.target.bucket };
    return [{ ...buckets, tasks: own, name: `a2o-${sha256(canonicalJson([buckets, objects])).slice(0, 32)}` }];
  });
}

/**
 * The list of objects, each with its version where it is pinned to one.
 * Source: AWS DataSync user guide, 'Transferring specific files or objects by using a manifest'.
 */
export function manifestOf({ tasks }: Transfer): string {
  return tasks
    .map(({ source: { key, versionId } }) => [key, ...(versionId === null ? [] : [versionId])])
    .map((fields) => `${fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(',')}\n`)
    .join('');
}

export function manifestKey({ name }: Transfer): string {
  return `${folder}${name}/manifest.csv`;
}

/** Where the reports of a transfer lie. */
export function reportFolder({ name }: Transfer): string {
  return `${folder}${name}/reports/`;
}

const folder = 'aws2openstack/datasync/';
