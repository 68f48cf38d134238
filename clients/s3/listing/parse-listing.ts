import { xmlText } from '../transfer/index.js';
import type { ObjectRef } from './object-ref.js';
import { keyOfUrl } from './key-bytes.js';

/** One answer of ListObjectsV2 or ListObjectVersions. Source: Amazon S3 API reference. */
export interface ListingPage {
  /** Current versions only, in the order of their keys. */
  readonly objects: readonly ObjectRef[];
  /** In the order of their keys. Empty where the listing is not of versions. */
  readonly oldVersions: readonly OldVersion[];
  /** Query parameters of the request for the rest; `null` at the end. */
  readonly next: Readonly<Record<string, string>> | null;
}

/** An old version beside the current objects of a bucket that keeps versions. */
export interface OldVersion {
  readonly key: string;
  readonly kind: 'noncurrent' | 'delete-marker';
  /** Of a delete marker: whether there is no object of this key. */
  readonly isLatest: boolean;
  /** Bytes; 0 for a delete marker. */
  readonly size: number;
}

/**
 * The XML of an answer that was asked for with encoding-type=url. Undefined where it does not say whether the listing goes
 * on, or from where.
 */
export function parseListing(xml: string, bucket: string): ListingPage | undefined {
  // A store that does not encode keys does not say so either.
  const decode = xml.includes('<EncodingType>url</EncodingType>') ? (text: string) => keyOfUrl(xmlText(text)) : xmlText;
  const objects: ObjectRef[] = [];
  const oldVersions: OldVersion[] = [];
  for (const [, kind, inner = ''] of xml.matchAll(entries)) {
    const fields = fieldsOf(inner);
    const key = decode(fields.Key ?? '');
    const isLatest = fields.IsLatest !== 'false';
    if (kind === 'DeleteMarker') oldVersions.push({ key, kind: 'delete-marker', isLatest, size: 0 });
    else if (!isLatest) oldVersions.push({ key, kind: 'noncurrent', isLatest, size: Number(fields.Size ?? 0) });
    else
      objects.push({
        bucket,
        key,
        versionId: fields.VersionId === undefined ? null : xmlText(fields.VersionId),
        etag: xmlText(fields.ETag ?? '').replaceAll('"', ''),
        size: Number(fields.Size ?? 0),
        lastModified: xmlText(fields.LastModified ?? ''),
        storageClass: xmlText(fields.StorageClass ?? 'STANDARD'),
      });
  }
  const next = nextOf(fieldsOf(xml.replaceAll(entries, '')), decode);
  return next === undefined ? undefined : { objects, oldVersions, next };
}

const entries = /<(Contents|Version|DeleteMarker)>(.*?)<\/\1>/gs;
const field = /<([A-Za-z]+)>([^<]*)<\/\1>/g;

type FieldName =
  | 'Key'
  | 'VersionId'
  | 'IsLatest'
  | 'ETag'
  | 'Size'
  | 'LastModified'
  | 'StorageClass'
  | 'IsTruncated'
  | 'NextContinuationToken'
  | 'NextKeyMarker'
  | 'NextVersionIdMarker';
type Fields = Partial<Record<FieldName, string>>;

function fieldsOf(xml: string): Fields {
  const fields: Fields = {};
  for (const [, name, value = ''] of xml.matchAll(field)) fields[name as FieldName] = value;
  return fields;
}

function nextOf(fields: Fields, decode: (text: string) => string): ListingPage['next'] | undefined {
  if (fields.IsTruncated === 'false') return null;
  if (fields.IsTruncated !== 'true') return undefined;
  const { NextContinuationToken: token, NextKeyMarker: key, NextVersionIdMarker: version } = fields;
  if (token !== undefined) return { 'continuation-token': xmlText(token) };
  if (key === undefined) return undefined;
  return { 'key-marker': decode(key), ...(version !== undefined && { 'version-id-marker': xmlText(version) }) };
}
