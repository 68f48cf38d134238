import type { AthenaQueries } from '../../clients/athena/index.js';
import { fail, ok } from '../../core/result.js';
import type { QueryEngine } from './query-engine.js';
import { queryTooLong } from './query-length.js';
import type { QueryLimit } from './query-length.js';

/** Source: Amazon Athena user guide, 'Service Quotas', query string length. */
const athenaLimit: QueryLimit = { service: 'Athena', length: 262_144, unit: 'bytes' };

export interface AthenaEngineOptions {
  readonly account: string;
  readonly region: string;
  /** Glue's own is `AwsDataCatalog`. */
  readonly catalog: string;
}

/** Each query is run anew: a source that is asked twice may have changed between. */
export async function athenaEngine(
  client: AthenaQueries,
  { account, region, catalog }: AthenaEngineOptions,
): Promise<QueryEngine> {
  const version = await client.engineVersion();
  return {
    identity: { service: 'athena', instance: `${account}:${region}`, catalog, version },
    async query(sql, signal) {
      const tooLong = queryTooLong(sql, athenaLimit);
      if (tooLong !== undefined) return fail([tooLong]);
      const answer = await client.query(sql, { ...(signal && { signal }) });
      if (!answer.ok) return answer;
      const { queryId, rows, types, rowsRead, scannedBytes: bytesRead, elapsedMs } = answer.value;
      return ok({ rows, types, figures: { queryId, rowsRead, bytesRead, elapsedMs } });
    },
  };
}
