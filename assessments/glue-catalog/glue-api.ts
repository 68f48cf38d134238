import { Glue } from '@aws-sdk/client-glue';
import type {
  GetCatalogsCommandInput,
  GetCatalogsCommandOutput,
  GetDatabasesCommandInput,
  GetDatabasesCommandOutput,
  GetPartitionsCommandInput,
  GetPartitionsCommandOutput,
  GetTablesCommandInput,
  GetTablesCommandOutput,
  GetTagsCommandInput,
  GetTagsCommandOutput,
} from '@aws-sdk/client-glue';
import { awsCredentials } from '../../clients/aws-credentials.js';
import { boundedBy } from '../../clients/s3/target.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { diagnose, failureOf } from './failures.js';
import { keepUnknownFields } from './keep-unknown-fields.js';

interface CallOptions {
  readonly abortSignal?: AbortSignal;
}

/** The five read calls that an assessment makes. The SDK's `Glue` client implements it. */
export interface GlueApi {
  getCatalogs(input: GetCatalogsCommandInput, options?: CallOptions): Promise<GetCatalogsCommandOutput>;
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
  /** For the complete answer to a call. @default 25000 */
  readonly answerMs?: number;
}

/** Connects without a call, with credentials from the SDK's default chain. Fails when no region or no credentials are found. */
export async function connectGlue({
  region,
  profile,
  endpoint,
  answerMs,
}: GlueConnection): Promise<Result<{ api: GlueApi; region: string; close: () => void }>> {
  const glue = new Glue({
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint }),
    credentials: awsCredentials({ profile, endpoint }),
    // `AdaptiveCalls` retries: the rate limit must see every refusal.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 10_000 },
  });
  glue.middlewareStack.add(boundedBy(answerMs), { step: 'deserialize', priority: 'high' });
  // The middleware copies every answer for a log that is not kept: a tenth of the time of a large listing.
  glue.middlewareStack.remove('loggerMiddleware');
  keepUnknownFields(glue);
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
