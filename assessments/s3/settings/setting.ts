import type { S3Client } from '@aws-sdk/client-s3';

export type SettingName =
  | 'versioning'
  | 'encryption'
  | 'object-lock'
  | 'lifecycle'
  | 'intelligent-tiering'
  | 'replication'
  | 'notifications'
  | 'policy'
  | 'public-access-block'
  | 'ownership'
  | 'website'
  | 'cors'
  | 'logging'
  | 'tags'
  | 'acceleration'
  | 'requester-pays'
  | 'inventory'
  | 'metadata-tables';

/**
 * The fate of a setting at the target.
 * - `mapping`: a key of the mapping carries it.
 * - `by-hand`: a person sets it up, if it is still wanted.
 * - `not-needed`: nothing has to be done.
 */
export type Fate = 'mapping' | 'by-hand' | 'not-needed';

export interface Judgement {
  /** The value found, such as `3 rules: expiration 2, transition 1`. */
  readonly found: string;
  readonly fate: Fate;
  /** Its fate at the target, and what to do. */
  readonly becomes: string;
}

/** One setting of a bucket: how it is asked for, and what its value means. */
export interface Setting {
  readonly name: SettingName;
  /** The IAM action that allows it to be read. */
  readonly action: string;
  /** `null` when nothing is set; S3 may also answer 404 then. Throws the SDK's errors. */
  readonly read: (client: S3Client, bucket: string) => Promise<Judgement | null>;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
