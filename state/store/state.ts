import type { Kysely } from 'kysely';
import type { Db } from 'pg-boss';
import type { StateTables } from '../schema/tables.js';
import type { StateLocation } from './location.js';

/** An open store. One code path for both engines: everything goes through `db`. */
export interface State {
  readonly location: StateLocation;
  readonly db: Kysely<StateTables>;
  /** The same database, in the form that the durable queue needs. */
  readonly queueDb: Db;
  close(): Promise<void>;
}

/** For messages: the folder, or the URL without its password. */
export function placeOf(location: StateLocation): string {
  return location.engine === 'embedded' ? location.folder : location.shown;
}
