export interface S3Location {
  readonly bucket: string;
  /** Without a leading slash; may be empty. */
  readonly key: string;
}

const s3Uri = /^s3[an]?:\/\/([^/]+)(?:\/(.*))?$/is;

/** `s3://`, `s3a://` and `s3n://` (Hadoop's names) mean the same; anything else, and `null`, gives `undefined`. */
export function parseS3Location(uri: string | null): S3Location | undefined {
  const match = uri === null ? null : s3Uri.exec(uri.trim());
  return match?.[1] === undefined ? undefined : { bucket: match[1], key: match[2] ?? '' };
}
