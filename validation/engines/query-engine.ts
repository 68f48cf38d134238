import type { Result } from '../../core/result.js';

/** The work of an engine for a query, in its own figures. `null` is what it does not tell. */
export interface QueryFigures {
  readonly queryId: string;
  readonly rowsRead: number | null;
  readonly bytesRead: number | null;
  readonly elapsedMs: number;
}

export interface EngineAnswer {
  /** Texts, numbers, BigInts beyond 2^53, booleans and `null`, in the order of the SELECT. */
  readonly rows: readonly (readonly unknown[])[];
  /** Of the columns, as the engine names them, such as `timestamp(3)`. */
  readonly types: readonly string[];
  readonly figures: QueryFigures;
}

/** Which data an engine reads. Two engines with the same identity read the same side. */
export interface EngineIdentity {
  readonly service: 'trino' | 'athena';
  /** The cluster, or the account and Region. */
  readonly instance: string;
  readonly catalog: string;
  /** Of the engine; empty where it does not tell. */
  readonly version: string;
}

/** One side of a validation. All results are exact, and all times are in UTC. */
export interface QueryEngine {
  readonly identity: EngineIdentity;
  query(sql: string, signal?: AbortSignal): Promise<Result<EngineAnswer>>;
}
