import { EBSClient } from '@aws-sdk/client-ebs';
import { SignatureV4 } from '@smithy/signature-v4';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { answerLimitMs } from '../answer-limit.js';
import { awsClientSettings } from '../s3/index.js';
import type { S3Target } from '../s3/index.js';
import { elementIn } from '../s3/transfer/index.js';
import { Sha256 } from '../s3/transfer/sha256.js';
import { noAnswer, transport, unexpectedAnswer } from '../transfer/index.js';
import type { TransferFailure } from '../transfer/index.js';
import { commandRetries, withRetries } from '../transfer/retry.js';
import type { Retries } from '../transfer/retry.js';
import { readXml } from './read-xml.js';
import type { XmlElement } from './read-xml.js';

/** Parameters of an action; lists and structures are numbered, as `Filter.1.Name`. */
export type QueryParameters = Readonly<Record<string, string>>;

/**
 * Sends the few requests to Amazon EC2 that moving a machine takes. They are signed here, since the SDK's client for all of
 * EC2 is larger than this whole program. Source: Amazon EC2 API reference, 'Query requests'.
 */
export interface Ec2Client {
  /** The answer's XML. A failure has EC2's own code, such as `InvalidInstanceID.NotFound`. Retried where that may help. */
  send(action: string, parameters: QueryParameters, signal: AbortSignal): Promise<Result<XmlElement, TransferFailure>>;
  close(): Promise<void>;
}

const version = '2016-11-15';

export function ec2Client(target: S3Target, retries: Retries = commandRetries): Ec2Client {
  // Finds credentials and regions as every client of the SDK does.
  const { config } = new EBSClient(awsClientSettings(target, {}));
  const connection = transport({ connections: 4, ...(target.ca !== undefined && { ca: target.ca }) });

  const sendOnce = async (body: string, signal: AbortSignal): Promise<Result<XmlElement, TransferFailure>> => {
    const region = await config.region();
    const url = new URL(target.endpoint ?? `https://ec2.${region}.${domainOf(region)}`);
    const signer = new SignatureV4({ service: 'ec2', region, credentials: config.credentials, sha256: Sha256 });
    const request = {
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: '/',
      headers: { host: url.host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body,
    };
    let headers: Record<string, string>;
    try {
      ({ headers } = await signer.sign(request));
    } catch (error) {
      if ((error as Partial<Error>).name !== 'CredentialsProviderError') throw error;
      return fail(noAnswer('credentials', (error as Error).message));
    }
    const content = Buffer.from(body);
    const reply = await connection.send({
      method: 'POST',
      origin: url.origin,
      path: '/',
      headers: { ...headers, 'content-length': String(content.length) },
      body: content,
      signal,
      timeoutMs: target.answerMs ?? answerLimitMs,
    });
    if (!reply.ok) return reply;
    const { status, text } = reply.value;
    const answer = readXml(text);
    if (status === 200 && answer !== undefined) return ok(answer);
    if (status === 200) return fail(unexpectedAnswer('it sent something other than XML'));
    const code = elementIn(text, 'Code') ?? `HTTP ${status}`;
    // EC2 throttles with the status 503, or with 400 and a code that says so.
    const isBusy = /throttl|limit ?exceeded/i.test(code);
    // The same request gets the same answer, which a status of 400 does not say.
    const isUnknown = /\.(NotFound|Malformed)$/.test(code);
    return fail({ status: isBusy ? 429 : isUnknown ? 404 : status, code, reason: elementIn(text, 'Message') ?? '' });
  };

  return {
    send: (action, parameters, signal) => {
      const body = new URLSearchParams({ Action: action, Version: version, ...parameters }).toString();
      return withRetries(() => sendOnce(body, signal), retries, signal);
    },
    close: () => connection.close(),
  };
}

function domainOf(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}
