import { SignatureV4 } from '@smithy/signature-v4';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { AwsFailure } from '../aws-failure.js';
import { connectionFailure } from '../connection-failure.js';
import { Sha256 } from '../s3/transfer/sha256.js';
import { sendRequest } from '../send-request.js';

export interface Ec2Target {
  /** @default Amazon's own */
  readonly endpoint?: string;
  readonly region: string;
  readonly credentials: ConstructorParameters<typeof SignatureV4>[0]['credentials'];
}

const version = '2016-11-15';

/**
 * One call of the EC2 Query API; answers with its XML. For the two calls that the product needs, in place of an SDK of
 * several megabytes. Source: Amazon EC2 API reference, 'Query requests'.
 */
export async function askEc2(
  { endpoint, region, credentials }: Ec2Target,
  action: string,
  parameters: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Result<string, AwsFailure>> {
  const url = new URL(endpoint ?? `https://ec2.${region}.amazonaws.com/`);
  const body = new URLSearchParams({ Action: action, Version: version, ...parameters }).toString();
  const signer = new SignatureV4({ service: 'ec2', region, credentials, sha256: Sha256 });
  try {
    const { headers } = await signer.sign({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: {},
      headers: { host: url.host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body,
    });
    const { status, content } = await sendRequest(url, { method: 'POST', headers, body, signal });
    return status < 300 ? ok(content) : fail(failureOf(status, content));
  } catch (error) {
    const failure = connectionFailure(error);
    if (failure !== undefined) return fail({ kind: 'connection', reason: failure.reason, isPermanent: false });
    if (error instanceof Error && error.name === 'CredentialsProviderError')
      return fail({ kind: 'credentials', reason: error.message, isPermanent: true });
    throw error;
  }
}

function failureOf(status: number, xml: string): AwsFailure {
  const kind = elementOf(xml, 'Code') ?? `HTTP ${status}`;
  const isBusy = /throttl|limit ?exceeded|unavailable/i.test(kind);
  return { kind, reason: elementOf(xml, 'Message') ?? 'no reason given', isPermanent: status < 500 && !isBusy };
}

/** The text of the first element of that name. */
export function elementOf(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}
