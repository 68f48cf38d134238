import { setTimeout as delay } from 'node:timers/promises';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { markFailed } from '../../core/span.js';
import type { Span } from '../../core/span.js';
import { connectionProblems } from './connection.js';
import type { TrinoConnection } from './connection.js';
import { cancelled, isStartUpError, statementFailed } from './diagnostics.js';
import type { TrinoDiagnostic } from './diagnostics.js';
import { trinoExchange } from './exchange.js';
import type { Exchange, RunningQuery, TrinoLimits } from './exchange.js';
import { headerProblems, sessionProblems } from './header-text.js';
import type { TrinoColumn, TrinoStats } from './results.js';
import { beginStatementSpan, correlationHeaders } from './statement-span.js';

/** Rows and their columns. */
export interface TrinoRows {
  readonly columns: readonly TrinoColumn[];
  /**
   * Values as in Trino's JSON: decimals, dates and times are text, integers beyond 2^53 are BigInt, NaN and infinities
   * are text, maps are objects, rows and arrays are arrays.
   */
  readonly rows: readonly (readonly unknown[])[];
}

export interface StatementOptions {
  readonly catalog?: string;
  readonly schema?: string;
  /** Session properties by name, such as `query_max_run_time`. */
  readonly session?: Readonly<Record<string, string>>;
  /** The user that the statement runs as, if access control allows the impersonation. @default the user who signs in */
  readonly sessionUser?: string;
  /** Resource groups and people see it. @default aws2openstack */
  readonly source?: string;
  /** Of the session, such as `UTC`. @default that of Trino's Java */
  readonly timeZone?: string;
  /** Called with each answer of Trino that has statistics; the last call has those of the whole statement. */
  readonly onStats?: (queryId: string, stats: TrinoStats) => void;
  /** Cancels the statement in Trino too. */
  readonly signal?: AbortSignal;
  /**
   * How long to retry the statement while Trino starts: for some seconds, no node can read a catalog's tables
   * (issue 2214 of trinodb/trino).
   * @default 0
   */
  readonly startUpMs?: number;
}

/** Statements share no session: what USE and SET SESSION change ends with the statement. One semicolon may end it. */
export interface TrinoClient {
  /** All rows at once. */
  query(sql: string, options?: StatementOptions): Promise<Result<TrinoRows, readonly TrinoDiagnostic[]>>;
  /**
   * Rows page by page, as Trino returns them; at least one page of a statement that has columns. A failure is the last
   * item. Leaving the loop early cancels the statement.
   */
  pages(sql: string, options?: StatementOptions): AsyncIterable<Result<TrinoRows, readonly TrinoDiagnostic[]>>;
}

type Page = Result<TrinoRows, readonly TrinoDiagnostic[]>;

const startUpDelayMs = 200;

/**
 * The only Trino client. It speaks the documented protocol over undici, because the library trino-client has no timeout,
 * no retries and no abort signal, drops microseconds (it does not announce PARAMETRIC_DATETIME), sends its user's password
 * to whatever host an answer names, and reads numbers exactly only by changing axios for the whole process.
 * Source: Trino 476 documentation, 'Trino client REST API'.
 */
export function trinoClient(connection: TrinoConnection, limits: TrinoLimits = {}): TrinoClient {
  const problems = connectionProblems(connection);
  const exchange = problems.length === 0 ? trinoExchange(connection, limits) : undefined;

  async function* pages(sql: string, options: StatementOptions = {}): AsyncGenerator<Page> {
    if (exchange === undefined) {
      yield fail(problems);
      return;
    }
    const { catalog, schema, source, sessionUser, session, timeZone } = options;
    const refused = [
      ...headerProblems({ catalog, schema, source, sessionUser, timeZone }),
      ...sessionProblems(session),
    ];
    if (refused.length > 0) {
      yield fail(refused);
      return;
    }
    const deadline = performance.now() + (options.startUpMs ?? 0);
    let hasRows = false;
    for (;;) {
      let isStarting = false;
      for await (const page of traced(exchange, sql, options)) {
        isStarting = !page.ok && !hasRows && page.error.some(isStartUpError) && performance.now() < deadline;
        if (isStarting) break;
        yield page;
        hasRows = true;
      }
      if (!isStarting) return;
      await delay(startUpDelayMs);
    }
  }

  return {
    pages,
    async query(sql, options) {
      let columns: readonly TrinoColumn[] = [];
      const rows: (readonly unknown[])[] = [];
      for await (const page of pages(sql, options)) {
        if (!page.ok) return page;
        ({ columns } = page.value);
        // Not push(...rows): a page may have more rows than a call can have arguments.
        for (const row of page.value.rows) rows.push(row);
      }
      return ok({ columns, rows });
    },
  };
}

/** A statement as a span. */
async function* traced(exchange: Exchange, sql: string, options: StatementOptions): AsyncGenerator<Page> {
  const span = beginStatementSpan(sql, { origin: exchange.origin, catalog: options.catalog });
  const onStats = (id: string, stats: TrinoStats): void => {
    span.setAttribute('trino.query_id', id);
    options.onStats?.(id, stats);
  };
  try {
    for await (const page of runOnce(exchange, sql, { ...options, onStats }, span)) {
      if (!page.ok) markFailed(span, page.error[0]?.code ?? 'unknown');
      yield page;
    }
  } finally {
    span.end();
  }
}

async function* runOnce(exchange: Exchange, sql: string, options: StatementOptions, span: Span): AsyncGenerator<Page> {
  const { signal } = options;
  const isCancelled = (): boolean => signal?.aborted === true;
  if (isCancelled()) {
    yield fail([cancelled(undefined)]);
    return;
  }
  let running: RunningQuery | undefined;
  let columns: readonly TrinoColumn[] | undefined;
  let emptyPages = 0;
  let isFirst = true;
  try {
    let answered = await exchange.start(
      sql.replace(/;\s*$/, ''),
      { ...headersOf(options), ...correlationHeaders(span) },
      signal,
    );
    for (;;) {
      if (!answered.ok) {
        yield answered;
        return;
      }
      const { id, nextUri, data, error, stats } = answered.value;
      if (stats !== undefined) options.onStats?.(id, stats);
      columns ??= answered.value.columns;
      emptyPages = data.length === 0 ? emptyPages + 1 : 0;
      running = nextUri === undefined ? undefined : { id, nextUri, columns, emptyPages };
      if (error !== undefined) {
        yield fail([statementFailed({ ...error, queryId: id })]);
        return;
      }
      if (columns !== undefined && (data.length > 0 || (isFirst && running === undefined))) {
        isFirst = false;
        yield ok({ columns, rows: data });
      }
      if (running === undefined) return;
      if (isCancelled()) {
        yield fail([cancelled(id)]);
        return;
      }
      answered = await exchange.follow(running, signal);
    }
  } finally {
    if (running !== undefined) await exchange.cancel(running);
  }
}

/** Without the capability, Trino truncates times to milliseconds. */
function headersOf(options: StatementOptions): Readonly<Record<string, string>> {
  const { catalog, schema, session = {}, sessionUser, source = 'aws2openstack', timeZone } = options;
  const properties = Object.entries(session).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return {
    'X-Trino-Source': source,
    'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
    ...(catalog !== undefined && { 'X-Trino-Catalog': catalog }),
    ...(schema !== undefined && { 'X-Trino-Schema': schema }),
    ...(timeZone !== undefined && { 'X-Trino-Time-Zone': timeZone }),
    ...(sessionUser !== undefined && { 'X-Trino-User': sessionUser }),
    ...(properties.length > 0 && { 'X-Trino-Session': properties.join(',') }),
  };
}
