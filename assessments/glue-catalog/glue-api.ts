import { Glue } from '@aws-sdk/client-glue';
import type {
  GetDatabasesCommandInput,
  GetDatabasesCommandOutput,
  GetPartitionsCommandInput,
  GetPartitionsCommandOutput,
  GetTablesCommandInput,
  GetTablesCommandOutput,
  GetTagsCommandInput,
  GetTagsCommandOutput,
} from '@aws-sdk/client-glue';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { diagnose, failureOf } from './failures.js';

interface CallOptions {
  readonly abortSignal?: AbortSignal;
}

/** The four reading calls that an assessment makes. The SDK's `Glue` client is one as it is. */
export interface GlueApi {
  getDatabases(input: GetDatabasesCommandInput, options?: CallOptions): Promise<GetDatabasesCommandOutput>;
  getTables(input: GetTablesCommandInput, options?: CallOptions): Promise<GetTablesCommandOutput>;
  getPartitions(input: GetPartitionsCommandInput, options?: CallOptions): Promise<GetPartitionsCommandOutput>;
  getTags(input: GetTagsCommandInput, options?: CallOptions): Promise<GetTagsCommandOutput>;
}

export interface GlueConnection {
  /** Falls back to AWS_REGION and to the profile's region. */
  readonly region?: string;
  readonly profile?: string;
  /** An emulator or a VPC endpoint, such as `http://127.0.0.1:5000`. */
  readonly endpoint?: string;
}

/** Connects without a call, credentials by the SDK's default chain. Fails when no region or no credentials are found. */
export async function connectGlue({
  region,
  profile,
  endpoint,
}: GlueConnection): Promise<Result<{ api: GlueApi; region: string; close: () => void }>> {
  const glue = new Glue({
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint }),
    credentials: fromNodeProviderChain({
      ...(profile === undefined ? {} : { profile }), // The metadata service of EC2 answers at once or is not there; an emulator's user has none.
      timeout: endpoint === undefined ? 1000 : 250,
      maxRetries: 0,
    }),
    // Retries are ours: the rate limit must see every refusal.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 10_000, requestTimeout: 120_000 },
  });
  // It copies every answer for a log that nobody keeps: a tenth of the time of a large listing.
  glue.middlewareStack.remove('loggerMiddleware');
  const context = { region: region ?? '', endpoint, profile };
  try {
    const found = await glue.config.region();
    await glue.config.credentials();
    return ok({
      api: glue,
      region: found,
      close: () => {
        glue.destroy();
      },
    });
  } catch (error) {
    glue.destroy();
    return fail([diagnose(failureOf(error), context)]);
  }
}
