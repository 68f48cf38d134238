export interface S3Location {
  readonly bucket: string;
  /** Without a leading slash; may be empty. */
  readonly key: string;
}

/** The ARN of an access point takes the bucket's place, with the slash in it. */
const bucketOrArn = '(arn:[^/]+:(?:outpost/[^/]+/)?(?:accesspoint|bucket)/[^/]+|[^/]+)';
const s3Uri = new RegExp(`^s3[an]?://${bucketOrArn}(?:/(.*))?$`, 'is');

/**
 * `s3://`, `s3a://` and `s3n://` (Hadoop's names) mean the same; anything else, and `null`, gives `undefined`. What stands
 * in the bucket's place may be no bucket: see `bucketAliasKind`.
 */
export function parseS3Location(uri: string | null): S3Location | undefined {
  const match = uri === null ? null : s3Uri.exec(uri.trim());
  return match?.[1] === undefined ? undefined : { bucket: match[1], key: match[2] ?? '' };
}

/** In time linear in the text, which a regular expression is not. */
export function withoutEndSlashes(text: string): string {
  let end = text.length;
  while (text.charAt(end - 1) === '/') end -= 1;
  return text.slice(0, end);
}
