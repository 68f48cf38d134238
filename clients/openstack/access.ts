import type { Result } from '../../core/result.js';

/** The services of a cloud that machines are made of, and found by. */
export type CloudService = 'compute' | 'dns' | 'image' | 'network' | 'volume';

/** A token for one project of one cloud in one region. */
export interface CloudAccess {
  /** A secret. */
  readonly token: string;
  readonly projectId: string;
  readonly region: string;
  /** Without a slash at its end; `undefined` when the catalog has none in the region. */
  endpoint(service: CloudService): string | undefined;
}

/** How to sign in, and again when the token has expired. */
export interface CloudTarget {
  /** For messages, such as `the cloud 'acme' in clouds.yaml`. */
  readonly name: string;
  readonly signIn: () => Promise<Result<CloudAccess>>;
  /** PEM of authorities besides those that Node trusts. @default none */
  readonly ca?: string;
}
