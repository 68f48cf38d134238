interface AliasKind {
  readonly matches: RegExp;
  /** The kind of name, as a noun phrase. */
  readonly what: string;
}

/** Sources: Amazon S3 user guide, 'Bucket naming rules' (reserved suffixes), 'Access point aliases', 'Table buckets'. */
const aliasKinds: readonly AliasKind[] = [
  { matches: /^arn:[^:]*:s3-object-lambda:/i, what: 'the ARN of an S3 Object Lambda access point' },
  { matches: /^arn:[^:]*:s3-outposts:/i, what: 'the ARN of an access point of S3 on Outposts' },
  { matches: /^arn:.*\.mrap$/i, what: 'the ARN of a Multi-Region Access Point' },
  { matches: /^arn:/i, what: 'the ARN of an S3 access point' },
  { matches: /\.mrap$/i, what: 'the alias of a Multi-Region Access Point' },
  { matches: /-s3alias$/i, what: 'the alias of an S3 access point' },
  { matches: /--ol-s3$/i, what: 'the alias of an S3 Object Lambda access point' },
  { matches: /--op-s3$/i, what: 'the alias of an access point of S3 on Outposts' },
  { matches: /--xa-s3$/i, what: 'the name of an access point of an S3 directory bucket' },
  { matches: /--x-s3$/i, what: 'the name of an S3 directory bucket (S3 Express One Zone)' },
];

/**
 * The kind of a name in the bucket's place of a location, such as `the alias of an S3 access point`; `null` for a
 * bucket.
 */
export function bucketAliasKind(name: string): string | null {
  return aliasKinds.find(({ matches }) => matches.test(name))?.what ?? null;
}

/**
 * Whether the bucket belongs to S3 Tables, which serves its objects to query engines but lists them to nobody.
 * Source: Amazon S3 user guide, 'S3 Tables'.
 */
export function isTableBucket(name: string): boolean {
  return /--table-s3$/i.test(name);
}

/** Why the data of an S3 Tables bucket stays behind, as a clause. */
export function tableBucketRefusal(bucket: string): string {
  return `its data is in ${bucket}, a bucket of S3 Tables, which cannot be listed or copied; write the table to a general purpose bucket first (CREATE TABLE … AS SELECT in Athena)`;
}
