import type { Settings } from '../common/render.js';
import type { SecretSource } from '../secrets/index.js';

/** How programs access the object store through S3. */
export interface ObjectStoreAccess {
  /** Such as `https://rgw.acme.example`. */
  readonly endpoint: string;
  readonly region: string;
  /** Name of the Barbican secret that holds `ACCESS_KEY:SECRET_KEY`. */
  readonly credentialsSecret: string;
  /**
   * Whether it accepts trailing checksums, as AWS's SDKs send them.
   * @default true
   */
  readonly trailingChecksums?: boolean;
  /**
   * Whether it supports conditional puts (`If-None-Match: *`).
   * @default true
   */
  readonly conditionalPut?: boolean;
}

/** Environment of AWS's SDKs. Source: AWS SDKs and Tools reference guide, 'Data integrity protections'. */
export function s3ClientSettings({ trailingChecksums = true }: ObjectStoreAccess): Settings {
  if (trailingChecksums) return {};
  return { AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required', AWS_RESPONSE_CHECKSUM_VALIDATION: 'when_required' };
}

/** The two halves of the operator's secret, under the names that AWS SDKs read. */
export function s3Credentials({ credentialsSecret }: ObjectStoreAccess): Readonly<Record<string, SecretSource>> {
  return {
    AWS_ACCESS_KEY_ID: { type: 'named', name: credentialsSecret, part: 0 },
    AWS_SECRET_ACCESS_KEY: { type: 'named', name: credentialsSecret, part: 1 },
  };
}
