import { parseExactly } from './exact-json.js';

export interface TrinoColumn {
  readonly name: string;
  /** As Trino writes it, such as `decimal(38,2)` or `array(timestamp(6))`. */
  readonly type: string;
}

/** The progress of a query. Source: Trino's `io.trino.client.StatementStats`. */
export interface TrinoStats {
  readonly processedRows: number;
  readonly physicalInputBytes: number;
  readonly elapsedTimeMillis: number;
}

/** Trino's `QueryResults`, as far as it is used. Source: Trino documentation, 'Trino client REST API'. */
export interface QueryResults {
  readonly id: string;
  /** Where the rest is; without it the query has ended. */
  readonly nextUri?: string;
  readonly columns?: readonly TrinoColumn[];
  /** Every row has a value for every column. */
  readonly data: readonly (readonly unknown[])[];
  readonly error?: { readonly message: string; readonly errorName: string; readonly errorType: string };
  readonly stats?: TrinoStats;
}

/** Of a page, a column or an error. */
type Fields = Readonly<
  Partial<
    Record<keyof QueryResults | keyof TrinoColumn | keyof TrinoStats | 'message' | 'errorName' | 'errorType', unknown>
  >
>;

/**
 * Undefined for any other text. Rows without the columns on the same page are refused, as Trino's own client does.
 * Of a row, only its length is checked: pages are large. Source: Trino's `io.trino.client.QueryResults`.
 */
export function parseResults(text: string): QueryResults | undefined {
  const page = parseFields(text);
  if (page === undefined) return undefined;
  // Trino leaves out what is null; a gateway that rewrites its answers may not.
  const { id, nextUri, columns, data, error, stats } = page;
  if (typeof id !== 'string') return undefined;
  if (!isAbsent(nextUri) && typeof nextUri !== 'string') return undefined;
  if (!isAbsent(columns) && !isColumns(columns)) return undefined;
  if (!isAbsent(data) && !isRows(data, columns?.length)) return undefined;
  if (!isAbsent(error) && !isError(error)) return undefined;
  return {
    id,
    ...(!isAbsent(nextUri) && { nextUri }),
    ...(!isAbsent(columns) && { columns }),
    data: data ?? [],
    ...(!isAbsent(error) && { error }),
    ...(isStats(stats) && { stats }),
  };
}

function parseFields(text: string): Fields | undefined {
  try {
    const parsed = parseExactly(text);
    return isFields(parsed) ? parsed : undefined;
  } catch (error) {
    // A RangeError: values nested thousands deep.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isColumns(value: unknown): value is readonly TrinoColumn[] {
  return (
    Array.isArray(value) &&
    value.every((each) => isFields(each) && typeof each.name === 'string' && typeof each.type === 'string')
  );
}

function isRows(value: unknown, width: number | undefined): value is readonly (readonly unknown[])[] {
  return Array.isArray(value) && value.every((row) => Array.isArray(row) && row.length === width);
}

function isStats(value: unknown): value is TrinoStats {
  return (
    isFields(value) &&
    [value.processedRows, value.physicalInputBytes, value.elapsedTimeMillis].every((each) => typeof each === 'number')
  );
}

function isError(value: unknown): value is NonNullable<QueryResults['error']> {
  return isFields(value) && [value.message, value.errorName, value.errorType].every((each) => typeof each === 'string');
}
