import { fromNodeProviderChain } from '@aws-sdk/credential-providers';

export interface CredentialsPlace {
  readonly profile?: string | undefined;
  /** An emulator or another store, in place of Amazon's. */
  readonly endpoint?: string | undefined;
}

/** The credentials that the AWS SDK finds, or its error, soon. */
export function awsCredentials({ profile, endpoint }: CredentialsPlace): ReturnType<typeof fromNodeProviderChain> {
  return fromNodeProviderChain({
    ...(profile === undefined ? {} : { profile }),
    // The EC2 metadata service answers at once or does not exist; users of an emulator have none.
    timeout: endpoint === undefined ? 1000 : 250,
    maxRetries: 0,
  });
}
