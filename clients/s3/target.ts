import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { Agent } from 'node:https';
import { verifiedTls } from '../../core/trust/index.js';
import { answerLimitMs, mayAskAgain } from '../answer-limit.js';
import { inTime, NoAnswerError } from './in-time.js';

/** An S3-compatible store, or another AWS service. */
export interface S3Target {
  /** Such as `https://rgw.acme.example`. @default Amazon's own */
  readonly endpoint?: string;
  readonly region: string;
  /** @default the AWS SDK's default provider chain */
  readonly credentials?: NonNullable<S3ClientConfig['credentials']>;
  /** Name of a profile of AWS's configuration. */
  readonly profile?: string;
  /** PEM of authorities besides those that Node trusts. @default none */
  readonly ca?: string;
  /** Whether the caller pays for requests to buckets whose requester pays. @default the owner does, and such buckets refuse */
  readonly requesterPays?: boolean;
  /** For the complete answer to an attempt, except an object's content. @default 25000 and what the request's content takes */
  readonly answerMs?: number;
  /** As `target.objectStore.capabilities` of a mapping says. @default all */
  readonly capabilities?: { readonly trailingChecksums?: boolean };
}

/** The settings that all clients of AWS services share. */
export type AwsClientSettings = Pick<
  S3ClientConfig,
  'endpoint' | 'region' | 'credentials' | 'profile' | 'maxAttempts' | 'requestHandler' | 'logger'
>;

export interface S3Limits {
  /** Of each request. @default the AWS configuration's value, or 3 */
  readonly maxAttempts?: number;
  /** In place of the target's `answerMs`. */
  readonly timeoutMs?: number;
}

const connectTimeoutMs = 10_000;
/** Between two pieces of an object's content. */
const idleTimeoutMs = 55_000;
const nothing = (): void => undefined;

/** Settings of any AWS client for this target. */
export function awsClientSettings(
  { endpoint, region, credentials, profile, ca }: S3Target,
  { maxAttempts }: S3Limits,
): AwsClientSettings {
  return {
    region,
    ...(maxAttempts !== undefined && { maxAttempts }),
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
    ...(profile !== undefined && { profile }),
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      socketTimeout: idleTimeoutMs,
      httpsAgent: new Agent({ keepAlive: true, maxSockets: 50, ...verifiedTls({ ca }) }),
    },
    // The default logger warns on standard error about streams that cannot be sent again; those requests fail anyway.
    logger: { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing },
  };
}

/** Slower connections count as broken. */
const slowestBytesPerMs = 32;

interface CommandContext {
  readonly clientName?: string;
  readonly commandName?: string;
}

/**
 * Middleware that limits the time of each attempt, including its complete answer; the SDK's own timeouts end with the
 * headers. An endpoint that does not answer is asked for less than a minute in all, whatever the number of attempts, and
 * the error names the service, the operation and the endpoint.
 */
export function boundedBy(timeoutMs = answerLimitMs) {
  return <Asked extends { readonly request?: unknown }, Answer>(
    next: (asked: Asked) => Promise<Answer>,
    { clientName = '', commandName = '' }: CommandContext,
  ) => {
    const startedAt = performance.now();
    return async (asked: Asked): Promise<Answer> => {
      const { protocol, hostname, port, headers } = asked.request as SentRequest;
      const endpoint = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
      const what = `${clientName.replace(/Client$/, '')} ${commandName.replace(/Command$/, '')} at ${endpoint}`;
      const limitMs = timeoutMs + Math.ceil(Number(headers['content-length'] ?? 0) / slowestBytesPerMs);
      const attemptStartedAt = performance.now();
      try {
        return await inTime(next(asked), limitMs, what);
      } catch (error) {
        if ((error as Partial<Error>).name !== 'TimeoutError' || mayAskAgain(startedAt, attemptStartedAt)) throw error;
        throw new NoAnswerError((error as Error).message, { cause: error });
      }
    };
  };
}

interface SentRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly headers: Readonly<Record<string, string>>;
}
