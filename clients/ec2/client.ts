import { SignatureV4 } from '@smithy/signature-v4';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { answerLimitMs } from '../answer-limit.js';
import { connectionFailure } from '../connection-failure.js';
import { elementIn } from '../s3/transfer/reply-failure.js';
import { Sha256 } from '../s3/transfer/sha256.js';
import { sendRequest } from '../send-request.js';
import type { SmallReply } from '../send-request.js';
import { abortedCode, noAnswer, unexpectedAnswer } from '../transfer/failure.js';
import type { TransferFailure } from '../transfer/failure.js';
import { commandRetries, withRetries } from '../transfer/retry.js';
import type { Retries } from '../transfer/retry.js';
import { readXml } from './read-xml.js';
import type { XmlElement } from './read-xml.js';

/** Region and credentials as another client of the SDK has found them: `client.config` has both. */
export interface Ec2Target extends Pick<ConstructorParameters<typeof SignatureV4>[0], 'region' | 'credentials'> {
  /** @default Amazon's own */
  readonly endpoint?: string | undefined;
  /** For the complete answer to an attempt. @default 25000 */
  readonly answerMs?: number;
}

/** Parameters of an action; lists and structures are numbered, as `Filter.1.Name`. */
export type QueryParameters = Readonly<Record<string, string>>;

/**
 * Sends the few requests to Amazon EC2 that moving a machine takes. They are signed here, since the SDK's client for all of
 * EC2 is larger than this whole program; Lambda functions use it, too, so it has no HTTP library. Source: Amazon EC2 API
 * reference, 'Query requests'.
 */
export interface Ec2Client {
  /** The answer's XML. A failure has EC2's own code, such as `InvalidInstanceID.NotFound`. Retried where that may help. */
  send(action: string, parameters: QueryParameters, signal: AbortSignal): Promise<Result<XmlElement, TransferFailure>>;
}

const version = '2016-11-15';

export function ec2Client(target: Ec2Target, retries: Retries = commandRetries): Ec2Client {
  return {
    send: (action, parameters, signal) => {
      const body = new URLSearchParams({ Action: action, Version: version, ...parameters }).toString();
      return withRetries(() => sendOnce(target, body, signal), retries, signal);
    },
  };
}

async function sendOnce(
  { region: given, credentials, endpoint, answerMs = answerLimitMs }: Ec2Target,
  body: string,
  signal: AbortSignal,
): Promise<Result<XmlElement, TransferFailure>> {
  const region = typeof given === 'string' ? given : await given();
  const url = new URL(endpoint ?? `https://ec2.${region}.${domainOf(region)}`);
  const signer = new SignatureV4({ service: 'ec2', region, credentials, sha256: Sha256 });
  try {
    const { headers } = await signer.sign({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      headers: { host: url.host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body,
    });
    return answerIn(await sendRequest(url, { method: 'POST', headers, body, signal, timeoutMs: answerMs }));
  } catch (error) {
    return fail(failureOf(error, signal));
  }
}

function answerIn({ status, content }: SmallReply): Result<XmlElement, TransferFailure> {
  if (status === 200) {
    const answer = readXml(content);
    return answer === undefined ? fail(unexpectedAnswer('it sent something other than XML')) : ok(answer);
  }
  const code = elementIn(content, 'Code') ?? `HTTP ${status}`;
  // EC2 throttles with the status 503, or with 400 and a code that says so.
  const isBusy = /throttl|limit ?exceeded|unavailable/i.test(code);
  // The same request gets the same answer, which a status of 400 does not say.
  const isUnknown = /\.(NotFound|Malformed)$/.test(code);
  return fail({
    status: isBusy ? 429 : isUnknown ? 404 : status,
    code,
    reason: elementIn(content, 'Message') ?? '',
  });
}

/** Rethrows errors of neither the network nor the credentials. */
function failureOf(error: unknown, signal: AbortSignal): TransferFailure {
  if (signal.aborted) return { status: 0, code: abortedCode, reason: abortedCode };
  const { name, message } = error as Error;
  if (name === 'CredentialsProviderError') return noAnswer('credentials', message);
  const failure = connectionFailure(error);
  if (failure === undefined) throw error;
  const { kind, reason } = failure;
  return { status: 0, code: kind === 'unreachable' ? 'connection' : kind, reason };
}

function domainOf(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}
