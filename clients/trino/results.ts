import { parseExactly } from './exact-json.js';
import type { TrinoErrorType } from './diagnostics.js';

export interface TrinoColumn {
  readonly name: string;
  /** As Trino writes it, such as `decimal(38,2)` or `array(timestamp(6))`. */
  readonly type: string;
}

/** Trino's `QueryResults`, as far as it is used. Source: Trino documentation, 'Trino client REST API'. */
export interface QueryResults {
  readonly id: string;
  /** Where the rest is; without it the query has ended. */
  readonly nextUri?: string;
  readonly columns?: readonly TrinoColumn[];
  readonly data?: readonly (readonly unknown[])[];
  readonly error?: { readonly message: string; readonly errorName: string; readonly errorType: TrinoErrorType };
}

/** Undefined for any other text. */
export function parseResults(text: string): QueryResults | undefined {
  try {
    const parsed = parseExactly(text) as Partial<QueryResults> | null;
    return typeof parsed?.id === 'string' ? (parsed as QueryResults) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
