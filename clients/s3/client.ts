import { S3Client } from '@aws-sdk/client-s3';
import { spanOfCommand } from '../aws-spans.js';
import { awsClientSettings, boundedBy } from './target.js';
import type { S3Limits, S3Target } from './target.js';

/**
 * The only S3 client, for Amazon S3 and for compatible stores. `s3Diagnostic` turns its errors into Diagnostics.
 * Source: AWS SDK for JavaScript v3; AWS SDKs and Tools reference guide, 'Data integrity protections'.
 */
export function s3Client(target: S3Target, limits: S3Limits = {}): S3Client {
  const { endpoint, capabilities = {} } = target;
  const client = new S3Client({
    ...awsClientSettings(target, limits),
    // `<bucket>.<endpoint>` of a custom endpoint has no DNS record and no certificate.
    forcePathStyle: endpoint !== undefined,
    // Buckets of other regions are asked for there.
    followRegionRedirects: endpoint === undefined,
    // Otherwise such a store keeps the checksum's framing as part of the data.
    ...(capabilities.trailingChecksums === false && {
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    }),
  });
  client.middlewareStack.add(spanOfCommand, { step: 'initialize' });
  if (target.requesterPays === true) client.middlewareStack.add(withRequestPayer, { step: 'build' });
  client.middlewareStack.add(boundedBy(limits.timeoutMs ?? target.answerMs), { step: 'deserialize', priority: 'high' });
  if (endpoint !== undefined) client.middlewareStack.add(withLengthOfDeletes, { step: 'build' });
  return client;
}

/** Source: Amazon S3 user guide, 'Downloading objects from Requester Pays buckets'. */
export const requestPayer: Readonly<Record<string, string>> = { 'x-amz-request-payer': 'requester' };

function withRequestPayer<Asked extends { readonly request: unknown }, Answer>(
  next: (asked: Asked) => Promise<Answer>,
) {
  return (asked: Asked): Promise<Answer> => {
    Object.assign((asked.request as { readonly headers: Record<string, string> }).headers, requestPayer);
    return next(asked);
  };
}

/** Without the header, Swift waits a minute for a body when the newest version of an object is deleted. */
function withLengthOfDeletes<Asked extends { readonly request: unknown }, Answer>(
  next: (asked: Asked) => Promise<Answer>,
) {
  return (asked: Asked): Promise<Answer> => {
    const { method, headers } = asked.request as { method: string; headers: Record<string, string> };
    if (method === 'DELETE') headers['content-length'] = '0';
    return next(asked);
  };
}
