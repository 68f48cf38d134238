/** The settings that DataSync needs besides both stores: names of resources in the source's account. JSON. */
export interface DataSyncSettings {
  /** A bucket of the source, in the Region of the others, for manifests and reports. */
  readonly workBucket: string;
  /** ARN of the IAM role with which DataSync reads buckets, writes reports, and reads the secret. */
  readonly role: string;
  /** ARN of the secret in Secrets Manager that holds the secret key of the target. */
  readonly targetSecret: string;
  /** ARNs of agents that reach the target. Without one, DataSync must reach it over the internet. */
  readonly agents?: readonly string[];
}
