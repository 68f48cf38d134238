import type { AssessedTable } from '../../assessments/index.js';

export interface S3Location {
  readonly bucket: string;
  /** Without a leading slash; may be empty. */
  readonly key: string;
}

const s3Uri = /^s3[an]?:\/\/([^/]+)(?:\/(.*))?$/is;

/** `s3://`, `s3a://` and `s3n://` name the same thing; anything else, and nothing, gives `undefined`. */
export function parseS3Location(uri: string | null): S3Location | undefined {
  const match = uri === null ? null : s3Uri.exec(uri.trim());
  return match?.[1] === undefined ? undefined : { bucket: match[1], key: match[2] ?? '' };
}

/** Where a table's own data lies; nothing for views and resource links, which hold none. */
export function locationsOf({ view, link, location, iceberg, projection }: AssessedTable): readonly string[] {
  if (view !== null || link !== null) return [];
  const template = projection?.['storage.location.template'] ?? null;
  return [location, iceberg?.metadataLocation ?? null, template].filter((uri) => uri !== null);
}
