import type { TransferReply } from '../../../clients/transfer/index.js';

/** The properties of an object besides its content. Each character of a value is one byte. */
export interface ObjectProperties {
  /** Such as `content-type` and `cache-control`; only those that are set. */
  readonly content: Readonly<Record<string, string>>;
  /** User metadata, by its name in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
  /** As the header x-amz-tagging has them; empty for none. */
  readonly tags: string;
  /** The source's properties that no target takes, for people. */
  readonly left: readonly string[];
}

export const contentHeaders = [
  'content-type',
  'content-encoding',
  'content-disposition',
  'content-language',
  'cache-control',
  'expires',
] as const;

const metadataPrefix = 'x-amz-meta-';

/** The properties of an object in the answer to GET or HEAD. Source: Amazon S3 API reference, 'GetObject'. */
export function propertiesIn(headers: TransferReply['headers'], tags: string): ObjectProperties {
  const content: Record<string, string> = {};
  for (const name of contentHeaders) {
    const value = name === 'content-encoding' ? encodingOf(headers[name]) : headers[name];
    if (value !== undefined && value !== '') content[name] = value;
  }
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (name.startsWith(metadataPrefix)) metadata[name.slice(metadataPrefix.length)] = value;
  return { content, metadata, tags, left: leftBehind(headers) };
}

/** A store may have kept how the content was framed on its way. */
function encodingOf(value: string | undefined): string | undefined {
  if (value?.includes('aws-chunked') !== true) return value;
  return value
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== 'aws-chunked')
    .join(',');
}

function leftBehind(headers: TransferReply['headers']): readonly string[] {
  const missing = Number(headers['x-amz-missing-meta'] ?? 0);
  return [
    ...(missing > 0 ? [`${missing} entries of metadata that S3 cannot send as headers`] : []),
    ...(headers['x-amz-object-lock-mode'] !== undefined || headers['x-amz-object-lock-legal-hold'] === 'ON'
      ? ['its object lock']
      : []),
    ...(headers['x-amz-website-redirect-location'] !== undefined ? ['its website redirect'] : []),
  ];
}
