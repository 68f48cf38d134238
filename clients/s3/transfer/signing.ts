import { SignatureV4 } from '@smithy/signature-v4';
import type { SignatureV4Init } from '@smithy/signature-v4';
import { Sha256 } from './sha256.js';

export interface Unsigned {
  readonly method: string;
  /** Percent-encoded by `encodeKey`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** With `host` and `x-amz-content-sha256`. Unicode text, of which the UTF-8 is sent. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Signature Version 4 for S3, whose paths are signed as they are sent. */
export function s3Signer({ credentials, region }: Pick<SignatureV4Init, 'credentials' | 'region'>): SignatureV4 {
  return new SignatureV4({ service: 's3', credentials, region, sha256: Sha256, uriEscapePath: false });
}

/** The headers with the signature among them. */
export async function signedHeaders(
  signer: SignatureV4,
  { method, path, query, headers }: Unsigned,
  signingDate: Date,
): Promise<Record<string, string>> {
  const request = { method, protocol: 'https:', hostname: headers['host'] ?? '', path, query, headers };
  const signed = await signer.sign({ ...request, query: { ...query }, headers: { ...headers } }, { signingDate });
  return signed.headers;
}
