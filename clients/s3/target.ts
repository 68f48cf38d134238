import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { Agent } from 'node:https';
import { verifiedTls } from '../../core/trust/index.js';
import { inTime } from './in-time.js';

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
  /** For the complete answer to an attempt, except an object's content. @default none; a connection may be idle for five minutes */
  readonly timeoutMs?: number;
}

const connectTimeoutMs = 10_000;
/** A store may be silent while it assembles the parts of a large object. */
const idleTimeoutMs = 300_000;
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

/** Middleware that limits the time of each attempt, including its complete answer; the SDK's own timeouts end with the headers. */
export function boundedBy(timeoutMs: number) {
  return <Asked, Answer>(next: (asked: Asked) => Promise<Answer>) =>
    (asked: Asked): Promise<Answer> =>
      inTime(next(asked), timeoutMs);
}
