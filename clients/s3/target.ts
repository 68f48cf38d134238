import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { Agent } from 'node:https';
import { inTime } from './in-time.js';

/** A store that speaks S3, or another service of AWS's API beside it. */
export interface S3Target {
  /** Such as `https://rgw.acme.example`. @default Amazon's own */
  readonly endpoint?: string;
  readonly region: string;
  /** @default what AWS's SDKs find by themselves */
  readonly credentials?: NonNullable<S3ClientConfig['credentials']>;
  /** Name of a profile of AWS's configuration. */
  readonly profile?: string;
  /** PEM of the authority that signed the endpoint's certificate. @default the authorities that Node trusts */
  readonly ca?: string;
  /** What the store can do, as `target.objectStore.capabilities` of a mapping says. @default all */
  readonly capabilities?: { readonly trailingChecksums?: boolean };
}

/** As far as clients of AWS's services share them. */
export type AwsClientSettings = Pick<
  S3ClientConfig,
  'endpoint' | 'region' | 'credentials' | 'profile' | 'maxAttempts' | 'requestHandler' | 'logger'
>;

export interface S3Limits {
  /** Of every request. @default what AWS's configuration says, or 3 */
  readonly maxAttempts?: number;
  /** For the whole answer of an attempt, but for an object's content. @default none; a connection may be idle for five minutes */
  readonly timeoutMs?: number;
}

const connectTimeoutMs = 10_000;
/** A store may be silent while it puts the parts of a large object together. */
const idleTimeoutMs = 300_000;
const nothing = (): void => undefined;

/** Settings of any AWS client for this target. Certificates are verified, whatever the environment says. */
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
      httpsAgent: new Agent({
        keepAlive: true,
        maxSockets: 50,
        rejectUnauthorized: true,
        ...(ca !== undefined && { ca }),
      }),
    },
    // It warns on standard error of a stream that it cannot send again, which is a failure anyway.
    logger: { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing },
  };
}

/** Middleware that bounds every attempt with its whole answer; the SDK's own timeouts end with the answer's head. */
export function boundedBy(timeoutMs: number) {
  return <Asked, Answer>(next: (asked: Asked) => Promise<Answer>) =>
    (asked: Asked): Promise<Answer> =>
      inTime(next(asked), timeoutMs);
}
