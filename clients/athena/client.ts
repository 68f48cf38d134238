import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  GetQueryRuntimeStatisticsCommand,
  GetWorkGroupCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import type { QueryExecution } from '@aws-sdk/client-athena';
import { setTimeout as delay } from 'node:timers/promises';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { spanOfCommand } from '../aws-spans.js';
import { awsClientSettings, boundedBy } from '../s3/target.js';
import type { S3Target } from '../s3/target.js';
import { athenaDiagnostic, cancelled, queryFailed } from './diagnostics.js';
import { readValue } from './read-value.js';

export interface AthenaConnection extends Omit<S3Target, 'capabilities'> {
  /** @default AwsDataCatalog */
  readonly catalog?: string;
  /** @default primary */
  readonly workgroup?: string;
  /** `s3://…` for results. @default that of the workgroup */
  readonly outputLocation?: string;
}

export interface AthenaLimits {
  /** Between two questions for the state; doubles up to 5 seconds. @default 200 */
  readonly pollMs?: number;
}

export interface AthenaQueryOptions {
  /** Stops the query in Athena too. */
  readonly signal?: AbortSignal;
}

export interface AthenaAnswer {
  readonly queryId: string;
  /** See `readValue`. */
  readonly rows: readonly (readonly unknown[])[];
  /** Of the columns, without their precision. */
  readonly types: readonly string[];
  readonly scannedBytes: number;
  /** `null` where Athena does not tell. */
  readonly rowsRead: number | null;
  readonly elapsedMs: number;
}

export interface AthenaQueries {
  /** Such as `Athena engine version 3`; empty where the workgroup may not be read. */
  engineVersion(): Promise<string>;
  /** Runs a SELECT and reads all of its rows. Results of earlier queries are not reused. */
  query(sql: string, options?: AthenaQueryOptions): Promise<Result<AthenaAnswer>>;
}

export interface AthenaUnloads {
  /**
   * Runs an UNLOAD. The value is the `s3://` address of its data manifest, which names a file that it wrote on each line.
   * Source: Amazon Athena user guide, 'UNLOAD'.
   */
  unload(sql: string, options?: AthenaQueryOptions): Promise<Result<string>>;
}

const longestPollMs = 5_000;

/** The only Athena client. Source: Amazon Athena API reference. */
export function athenaClient(
  connection: AthenaConnection,
  { pollMs = 200 }: AthenaLimits = {},
): AthenaQueries & AthenaUnloads {
  const { region, catalog = 'AwsDataCatalog', workgroup = 'primary', outputLocation } = connection;
  const client = new AthenaClient(awsClientSettings(connection, {}));
  client.middlewareStack.add(spanOfCommand, { step: 'initialize' });
  client.middlewareStack.add(boundedBy(connection.answerMs), { step: 'deserialize', priority: 'high' });

  /** The SDK adds its own token, so that a request that it sends again starts no second query. */
  async function start(QueryString: string): Promise<string> {
    const { QueryExecutionId = '' } = await client.send(
      new StartQueryExecutionCommand({
        QueryString,
        QueryExecutionContext: { Catalog: catalog },
        WorkGroup: workgroup,
        ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
        ...(outputLocation !== undefined && { ResultConfiguration: { OutputLocation: outputLocation } }),
      }),
    );
    return QueryExecutionId;
  }

  async function finished(id: string, signal: AbortSignal | undefined): Promise<QueryExecution> {
    for (let pauseMs = pollMs; ; pauseMs = Math.min(2 * pauseMs, longestPollMs)) {
      const { QueryExecution: execution = {} } = await client.send(
        new GetQueryExecutionCommand({ QueryExecutionId: id }),
        { ...(signal && { abortSignal: signal }) },
      );
      if (!['QUEUED', 'RUNNING'].includes(execution.Status?.State ?? '')) return execution;
      await delay(pauseMs, undefined, { ...(signal && { signal }) });
    }
  }

  async function rowsOf(id: string, signal: AbortSignal | undefined): Promise<Pick<AthenaAnswer, 'rows' | 'types'>> {
    const rows: (readonly unknown[])[] = [];
    const types: string[] = [];
    let token: string | undefined;
    do {
      const isFirst = token === undefined;
      const { ResultSet, NextToken } = await client.send(
        new GetQueryResultsCommand({ QueryExecutionId: id, ...(token !== undefined && { NextToken: token }) }),
        { ...(signal && { abortSignal: signal }) },
      );
      const columns = ResultSet?.ResultSetMetadata?.ColumnInfo ?? [];
      if (isFirst) types.push(...columns.map(({ Type = '' }) => Type));
      // The first row of a SELECT has the names of the columns.
      for (const { Data = [] } of (ResultSet?.Rows ?? []).slice(isFirst ? 1 : 0))
        rows.push(columns.map((column, index) => readValue(column, Data[index])));
      token = NextToken;
    } while (token !== undefined);
    return { rows, types };
  }

  /** Statistics come a little later than the results, and not for every query. */
  async function rowsReadBy(id: string): Promise<number | null> {
    try {
      const { QueryRuntimeStatistics } = await client.send(
        new GetQueryRuntimeStatisticsCommand({ QueryExecutionId: id }),
      );
      return QueryRuntimeStatistics?.Rows?.InputRows ?? null;
    } catch (error) {
      athenaDiagnostic(error, region);
      return null;
    }
  }

  async function stop(id: string): Promise<Diagnostic> {
    try {
      await client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
    } catch (error) {
      // It ends by itself after the workgroup's timeout.
      athenaDiagnostic(error, region);
    }
    return cancelled(id);
  }

  async function run<T>(
    sql: string,
    { signal }: AthenaQueryOptions,
    resultOf: (id: string, execution: QueryExecution) => Promise<T>,
  ): Promise<Result<T>> {
    if (isAborted(signal)) return fail([cancelled(undefined)]);
    let id: string | undefined;
    try {
      id = await start(sql.replace(/;\s*$/, ''));
      const execution = await finished(id, signal);
      const { State = 'nothing', StateChangeReason = 'no reason given' } = execution.Status ?? {};
      if (State !== 'SUCCEEDED') return fail([queryFailed(id, State, StateChangeReason)]);
      return ok(await resultOf(id, execution));
    } catch (error) {
      if (isAborted(signal)) return fail([id === undefined ? cancelled(undefined) : await stop(id)]);
      return fail([athenaDiagnostic(error, region)]);
    }
  }

  return {
    async engineVersion() {
      try {
        const { WorkGroup } = await client.send(new GetWorkGroupCommand({ WorkGroup: workgroup }));
        return WorkGroup?.Configuration?.EngineVersion?.EffectiveEngineVersion ?? '';
      } catch (error) {
        // The first query says what is wrong.
        athenaDiagnostic(error, region);
        return '';
      }
    },
    query: async (sql, options = {}) =>
      await run(sql, options, async (id, { Statistics }) => ({
        queryId: id,
        ...(await rowsOf(id, options.signal)),
        scannedBytes: Statistics?.DataScannedInBytes ?? 0,
        rowsRead: await rowsReadBy(id),
        elapsedMs: Statistics?.TotalExecutionTimeInMillis ?? 0,
      })),
    unload: async (sql, options = {}) =>
      await run(sql, options, (_id, { Statistics }) => Promise.resolve(Statistics?.DataManifestLocation ?? '')),
  };
}

/** Asked again after each wait: the compiler takes the answer as constant. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
