import type { TrinoClient } from '../../clients/trino/index.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { longestStatement } from '../../registration/sql.js';
import type { EngineIdentity, QueryEngine } from './query-engine.js';
import { queryTooLong } from './query-length.js';
import type { QueryLimit } from './query-length.js';

const trinoLimit: QueryLimit = { service: 'Trino', length: longestStatement, unit: 'characters' };

export interface TrinoEngineOptions {
  /** The catalog whose tables are compared. */
  readonly catalog: string;
  /** Session properties of the catalog by name, such as `timestamp_precision: 'NANOSECONDS'` of a Hive catalog. */
  readonly catalogSession?: Readonly<Record<string, string>>;
}

/** Asks the coordinator who it is: two addresses of one cluster are one instance. */
export async function trinoEngine(client: TrinoClient, options: TrinoEngineOptions): Promise<Result<QueryEngine>> {
  const nodes = await client.query(
    'SELECT node_id, node_version FROM system.runtime.nodes WHERE coordinator ORDER BY 1',
  );
  if (!nodes.ok) return nodes;
  const instance = nodes.value.rows.map(([id]) => String(id)).join(',');
  const version = nodes.value.rows.map(([, name]) => String(name)).join(',');
  return ok(engineOf(client, options, { service: 'trino', instance, catalog: options.catalog, version }));
}

function engineOf(
  client: TrinoClient,
  { catalog, catalogSession = {} }: TrinoEngineOptions,
  identity: EngineIdentity,
): QueryEngine {
  const session = Object.fromEntries(
    Object.entries(catalogSession).map(([name, value]) => [`${catalog}.${name}`, value]),
  );
  return {
    identity,
    async query(sql, signal) {
      const tooLong = queryTooLong(sql, trinoLimit);
      if (tooLong !== undefined) return fail([tooLong]);
      let figures = { queryId: '', rowsRead: 0, bytesRead: 0, elapsedMs: 0 };
      const answer = await client.query(sql, {
        session,
        timeZone: 'UTC',
        onStats: (queryId, { processedRows, physicalInputBytes, elapsedTimeMillis }) => {
          figures = { queryId, rowsRead: processedRows, bytesRead: physicalInputBytes, elapsedMs: elapsedTimeMillis };
        },
        ...(signal && { signal }),
      });
      if (!answer.ok) return answer;
      const { rows, columns } = answer.value;
      return ok({ rows, types: columns.map(({ type }) => type), figures });
    },
  };
}
