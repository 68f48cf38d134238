import type { AthenaQueries } from '../../clients/athena/index.js';
import { sha256 } from '../../core/canonical-json.js';
import { ok } from '../../core/result.js';
import type { QueryEngine } from './query-engine.js';

export interface AthenaEngineOptions {
  readonly account: string;
  readonly region: string;
  /** Glue's own is `AwsDataCatalog`. */
  readonly catalog: string;
  /** Of the validation: a run that is resumed finds the queries that it had started. */
  readonly runId: string;
}

export function athenaEngine(client: AthenaQueries, options: AthenaEngineOptions): QueryEngine {
  const { account, region, catalog, runId } = options;
  return {
    identity: { service: 'athena', instance: `${account}:${region}`, catalog, version: '' },
    async query(sql, signal) {
      const answer = await client.query(sql, { requestToken: sha256(`${runId}\n${sql}`), ...(signal && { signal }) });
      if (!answer.ok) return answer;
      const { queryId, rows, rowsRead, scannedBytes: bytesRead, elapsedMs } = answer.value;
      return ok({ rows, figures: { queryId, rowsRead, bytesRead, elapsedMs } });
    },
  };
}
