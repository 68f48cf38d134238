import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import type { StateTables } from '../schema/tables.js';

const key = 7_291_154_001;

/**
 * Until the transaction ends: many may use rows that are shared (table schemas, templates) at once, but those that nobody
 * uses are removed (`clean`) only while nobody else stores, else one could go that is just about to be referred to.
 */
export async function lockShared(transaction: Transaction<StateTables>, purpose: 'use' | 'clean'): Promise<void> {
  await (
    purpose === 'use'
      ? sql`SELECT pg_advisory_xact_lock_shared(${sql.lit(key)})`
      : sql`SELECT pg_advisory_xact_lock(${sql.lit(key)})`
  ).execute(transaction);
}
