import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import { randomUUID } from 'node:crypto';
import { reportSha256 } from '../../assessments/report-file/layout.js';
import type { Assessment } from '../../assessments/index.js';
import type { StateTables } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { assessmentRows } from './assessment-rows.js';
import { findAssessmentOfReport } from './assessments.js';
import { insertRows } from './insert-rows.js';
import { lockShared } from './shared-rows.js';

export interface StoreOptions {
  /** Of the report, if already known. */
  readonly sha256?: string;
  /** Receives the share of tables sent, 0 to 1. */
  readonly onProgress?: (share: number) => void;
  /**
   * Whether an assessment that was stored from this report is taken instead, also one that another process stores now.
   * @default false
   */
  readonly once?: boolean;
}

/**
 * Stores an assessment in one transaction, and returns its id. If it throws or the process dies, nothing is stored.
 */
export async function storeAssessment(
  { db }: State,
  assessment: Assessment,
  { sha256 = reportSha256(assessment), onProgress = () => undefined, once = false }: StoreOptions = {},
): Promise<string> {
  return await db.transaction().execute(async (transaction) => {
    if (once) {
      // 63 bits of the hash.
      await sql`SELECT pg_advisory_xact_lock(('x' || ${sha256.slice(0, 16)})::bit(64)::bigint)`.execute(transaction);
      const stored = await findAssessmentOfReport({ db: transaction }, sha256);
      if (stored !== undefined) return stored;
    }
    await lockShared(transaction, 'use');
    const id = await unusedId(transaction);
    const rows = assessmentRows(assessment, id, sha256);
    await insertRows(transaction, 'assessments', [rows.assessment]);
    await insertRows(transaction, 'databases', rows.databases);
    await insertRows(transaction, 'table_schemas', rows.schemas, { known: 'skip' });
    let sent = 0;
    await insertRows(transaction, 'tables', rows.tables, {
      onBatch: (count) => {
        sent += count;
        onProgress(sent / rows.tables.length);
      },
    });
    // Without fresh statistics the planner assumes one row instead of 100,000; nothing else collects them in an embedded store.
    await sql`ANALYZE assessments, databases, table_schemas, tables`.execute(transaction);
    return id;
  });
}

/** People name an assessment by its first six digits, which are kept unique where possible. */
async function unusedId(transaction: Transaction<StateTables>): Promise<string> {
  let id = randomUUID();
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const prefix = `${id.slice(0, 6)}%`;
    const taken = await sql`SELECT 1 FROM assessments WHERE id::text LIKE ${prefix}`.execute(transaction);
    if (taken.rows.length === 0) break;
    id = randomUUID();
  }
  return id;
}
