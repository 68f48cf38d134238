import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TrinoClient } from '../../clients/trino/index.js';
import { identifier } from '../../core/sql-text.js';
import { athenaText, athenaType } from './athena-text.js';
import { listen } from './http-server.js';
import type { LocalServer } from './http-server.js';

export interface AthenaOptions {
  readonly trino: TrinoClient;
  /** The catalog of Trino that stands for `AwsDataCatalog`. */
  readonly catalog: string;
  /** Where results are written. */
  readonly s3: S3Client;
  /** `s3://…/` of each workgroup's results, by the workgroup's name. */
  readonly workgroups: Readonly<Record<string, string>>;
}

/** A query as Athena keeps it. */
export interface AthenaExecution {
  readonly id: string;
  readonly sql: string;
  state: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  reason?: string;
  readonly outputLocation: string;
  columns: readonly { readonly name: string; readonly type: string }[];
  rows: readonly (readonly unknown[])[];
  rowsRead: number;
  bytesRead: number;
  elapsedMs: number;
}

export interface AthenaOnTrino extends LocalServer {
  /** Of all queries, in the order in which they began. */
  readonly executions: readonly AthenaExecution[];
  /**
   * Called with each query before Trino is asked. What it throws is the reason for which the query fails.
   * @default nothing happens
   */
  before: (sql: string) => Promise<void> | void;
}

/** A refusal, with the HTTP status 400. */
class Refused extends Error {
  constructor(
    readonly type: 'InvalidRequestException' | 'ResourceNotFoundException' | 'UnknownOperationException',
    message: string,
  ) {
    super(message);
  }
}

/** Rows of one answer, the first row of the first page with the names of the columns among them. */
const longestPage = 1_000;
const longestQuery = 262_144;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The API of Athena on a free port of 127.0.0.1, whose queries Trino answers: it takes any credentials. Each result lies as
 * CSV in S3, too. Source: Amazon Athena API reference, and its user guide, 'Working with query results'.
 */
export async function startAthenaOnTrino(options: AthenaOptions): Promise<AthenaOnTrino> {
  const executions = new Map<string, AthenaExecution>();
  const tokens = new Map<string, string>();
  const stops = new Map<string, AbortController>();

  async function run(execution: AthenaExecution, signal: AbortSignal): Promise<void> {
    try {
      await athena.before(execution.sql);
      const answer = await options.trino.query(inTrino(execution.sql, options.catalog), {
        timeZone: 'UTC',
        signal,
        onStats: (_id, { processedRows, physicalInputBytes, elapsedTimeMillis }) => {
          execution.rowsRead = processedRows;
          execution.bytesRead = physicalInputBytes;
          execution.elapsedMs = elapsedTimeMillis;
        },
      });
      if (!answer.ok) throw new Error(answer.error.map(({ message }) => message).join(' '));
      execution.columns = answer.value.columns;
      execution.rows = answer.value.rows;
      await options.s3.send(new PutObjectCommand({ ...placeOf(execution), Body: csvOf(execution) }));
      execution.state = 'SUCCEEDED';
    } catch (error) {
      execution.state = signal.aborted ? 'CANCELLED' : 'FAILED';
      execution.reason = signal.aborted ? 'Query cancelled by user' : (error as Error).message;
    }
  }

  const operations: Readonly<Record<string, (request: Fields) => object>> = {
    StartQueryExecution({ QueryString, WorkGroup = 'primary', ResultConfiguration, ClientRequestToken }) {
      const sql = String(QueryString);
      const known = tokens.get(String(ClientRequestToken));
      if (known !== undefined) return { QueryExecutionId: known };
      if (Buffer.byteLength(sql) > longestQuery)
        throw new Refused('InvalidRequestException', 'Member must have length less than or equal to 262144');
      const { OutputLocation: output = workgroup(WorkGroup) } = (ResultConfiguration ?? {}) as {
        OutputLocation?: string;
      };
      const id = randomUUID();
      const outputLocation = `${output.replace(/\/?$/, '/')}${id}.csv`;
      const counts = { rowsRead: 0, bytesRead: 0, elapsedMs: 0 };
      const execution: AthenaExecution = {
        id,
        sql,
        state: 'RUNNING',
        outputLocation,
        columns: [],
        rows: [],
        ...counts,
      };
      const stop = new AbortController();
      executions.set(id, execution);
      tokens.set(String(ClientRequestToken), id);
      stops.set(id, stop);
      void run(execution, stop.signal);
      return { QueryExecutionId: id };
    },
    GetQueryExecution(request) {
      const { id, sql, state, reason, outputLocation, bytesRead, elapsedMs } = executionOf(request);
      return {
        QueryExecution: {
          QueryExecutionId: id,
          Query: sql,
          StatementType: 'DML',
          ResultConfiguration: { OutputLocation: outputLocation },
          Status: { State: state, ...(reason !== undefined && { StateChangeReason: reason }) },
          Statistics: { DataScannedInBytes: bytesRead, TotalExecutionTimeInMillis: elapsedMs },
        },
      };
    },
    GetQueryResults(request) {
      const { state, columns, rows } = executionOf(request);
      if (state !== 'SUCCEEDED')
        throw new Refused('InvalidRequestException', `Query has not yet finished. Current state: ${state}`);
      const from = Number(request['NextToken'] ?? 0);
      const size = Math.min(Number(request['MaxResults'] ?? longestPage), longestPage);
      const texts = (row: readonly unknown[]) =>
        row.map((value, index) => athenaText(value, columns[index]?.type ?? ''));
      // The names of the columns are the first row.
      const page = [columns.map(({ name }) => name), ...rows.map(texts)].slice(from, from + size);
      return {
        ResultSet: {
          ResultSetMetadata: { ColumnInfo: columns.map(({ name, type }) => ({ Name: name, Type: athenaType(type) })) },
          Rows: page.map((row) => ({ Data: row.map((each) => (each === undefined ? {} : { VarCharValue: each })) })),
        },
        ...(from + size <= rows.length && { NextToken: String(from + size) }),
      };
    },
    GetQueryRuntimeStatistics(request) {
      const { rowsRead, bytesRead } = executionOf(request);
      return { QueryRuntimeStatistics: { Rows: { InputRows: rowsRead, InputBytes: bytesRead } } };
    },
    GetWorkGroup({ WorkGroup }) {
      const output = workgroup(WorkGroup);
      const version = { SelectedEngineVersion: 'AUTO', EffectiveEngineVersion: 'Athena engine version 3' };
      const Configuration = { EngineVersion: version, ResultConfiguration: { OutputLocation: output } };
      return { WorkGroup: { Name: WorkGroup, State: 'ENABLED', Configuration } };
    },
    StopQueryExecution(request) {
      stops.get(executionOf(request).id)?.abort();
      return {};
    },
  };

  function workgroup(name: unknown): string {
    const output = options.workgroups[String(name)];
    if (output === undefined) throw new Refused('InvalidRequestException', `WorkGroup ${String(name)} is not found.`);
    return output;
  }

  function executionOf({ QueryExecutionId }: Fields): AthenaExecution {
    const found = executions.get(String(QueryExecutionId));
    if (found === undefined)
      throw new Refused('InvalidRequestException', `QueryExecution ${String(QueryExecutionId)} was not found`);
    return found;
  }

  async function answer(request: IncomingMessage): Promise<object> {
    const name = String(request.headers['x-amz-target']).replace(/^AmazonAthena\./, '');
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (operation === undefined) throw new Refused('UnknownOperationException', name);
    return operation(JSON.parse(await text(request)) as Fields);
  }

  const server = await listen((request, response) => {
    const reply = (status: number, body: object): void =>
      void response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    answer(request).then(
      (body) => {
        reply(200, body);
      },
      (error: unknown) => {
        if (error instanceof Refused) reply(400, { __type: error.type, message: error.message });
        else reply(500, { __type: 'InternalServerException', message: String(error) });
      },
    );
  });
  const athena: AthenaOnTrino = {
    url: server.url,
    before: () => undefined,
    get executions() {
      return [...executions.values()];
    },
    stop: async () => {
      for (const stop of stops.values()) stop.abort();
      await server.stop();
    },
  };
  return athena;
}

function inTrino(sql: string, catalog: string): string {
  return sql.replaceAll(/"?\bAwsDataCatalog\b"?(?=\.)/gi, identifier(catalog));
}

function placeOf({ outputLocation }: AthenaExecution): { readonly Bucket: string; readonly Key: string } {
  const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(outputLocation) ?? [];
  return { Bucket, Key };
}

/** Each value in quotes; nothing for NULL. */
function csvOf({ columns, rows }: AthenaExecution): string {
  const quoted = (value: string | undefined): string => (value === undefined ? '' : `"${value.replaceAll('"', '""')}"`);
  const lines = rows.map((row) => row.map((value, index) => quoted(athenaText(value, columns[index]?.type ?? ''))));
  return [columns.map(({ name }) => quoted(name)), ...lines].map((line) => `${line.join(',')}\n`).join('');
}
