import type { PartHash } from '../copy-engine.js';

const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

/** The parts that an object is made of. Source: Amazon S3 API reference, 'CompleteMultipartUpload'. */
export function completionOf(parts: readonly PartHash[]): string {
  const listed = parts.map(
    ({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>"${etag}"</ETag></Part>`,
  );
  return `<CompleteMultipartUpload ${namespace}>${listed.join('')}</CompleteMultipartUpload>`;
}

/** The XML of tags that are given as a query. */
export function taggingOf(header: string): string {
  const escaped = (text: string): string => text.replace(/[<>&'"]|[^ -~]/gu, (c) => `&#${c.codePointAt(0) ?? 0};`);
  const tags = [...new URLSearchParams(header)].map(
    ([name, value]) => `<Tag><Key>${escaped(name)}</Key><Value>${escaped(value)}</Value></Tag>`,
  );
  return `<Tagging ${namespace}><TagSet>${tags.join('')}</TagSet></Tagging>`;
}
