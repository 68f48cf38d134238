import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import type { StateTables } from '../schema/tables.js';

const key = 7_291_154_001;

/**
 * Locks the shared rows (table schemas, templates) until the transaction ends. Many transactions may use them at once, but
 * unused rows are removed (`clean`) only while no other transaction stores, which could be about to refer to one.
 */
export async function lockShared(transaction: Transaction<StateTables>, purpose: 'use' | 'clean'): Promise<void> {
  await (
    purpose === 'use'
      ? sql`SELECT pg_advisory_xact_lock_shared(${sql.lit(key)})`
      : sql`SELECT pg_advisory_xact_lock(${sql.lit(key)})`
  ).execute(transaction);
}
