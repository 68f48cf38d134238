import { S3Client } from '@aws-sdk/client-s3';

/** The region of the environment or of the profile. Throws the SDK's error when neither has one. */
export async function configuredRegion(profile: string | undefined): Promise<string> {
  const client = new S3Client(profile === undefined ? {} : { profile });
  try {
    return await client.config.region();
  } finally {
    client.destroy();
  }
}
