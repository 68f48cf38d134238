import type { ManifestEntry, TableEngine } from '../../registration/index.js';
import type { CopyOrder } from '../work-order/index.js';

/** The payload of a table's job: all that a worker needs to know of the table. JSON. */
export interface TableOrder {
  readonly copy: CopyOrder;
  /** That of its schema, and its own. */
  readonly entries: readonly ManifestEntry[];
  /** The entries that must be registered before the table. */
  readonly needs: readonly Need[];
}

/** The engine that copies the objects of a table. */
export function engineOf(entries: TableOrder['entries']): TableEngine {
  return entries.at(-1)?.engine ?? 'stream';
}

export interface ChosenEngine {
  readonly engine: TableEngine;
  /** The rule of the mapping that names it; `null` for the default. */
  readonly chosenBy: string | null;
}

export function chosenEngine(entries: TableOrder['entries']): ChosenEngine {
  const last = entries.at(-1);
  return { engine: engineOf(entries), chosenBy: last?.engine === undefined ? null : last.rule.name };
}

/** Another table of the run. */
export interface Need {
  readonly database: string;
  readonly table: string;
  /** `copied`: some of this table's data is copied by the other's job. `registered`: this view reads it. */
  readonly until: 'copied' | 'registered';
}

/** A job that is to be made: one for each table, view and link of the manifest. */
export interface NewJob {
  readonly key: string;
  readonly database: string;
  readonly table: string;
  /** `CONVERT` where Trino writes the table anew. */
  readonly jobType: 'COPY' | 'CONVERT';
  readonly order: TableOrder;
}
