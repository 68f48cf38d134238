import type { TrinoClient } from '../../clients/trino/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { ManifestEntry } from '../../registration/index.js';
import { statementFailure } from './failure.js';
import type { EntryLedger } from './ledger.js';

export interface CleanUpPorts {
  readonly trino: TrinoClient;
  readonly ledger: EntryLedger;
}

/**
 * Drops the helper tables that were needed to load these entries. Call it with entries whose load was validated: without
 * the helper tables, a load cannot be repeated. Returns the problems; can be repeated. Rejects with the signal's reason.
 */
export async function cleanUp(
  entries: readonly ManifestEntry[],
  { trino, ledger }: CleanUpPorts,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<readonly Diagnostic[]> {
  const problems: Diagnostic[] = [];
  for (const entry of entries) {
    if (entry.cleanup.length === 0) continue;
    const record = await ledger.get(entry.key);
    if (record?.state !== 'done' || record.idempotencyKey !== entry.idempotencyKey) {
      problems.push(notRegistered(entry.key));
      continue;
    }
    for (const sql of entry.cleanup) {
      signal?.throwIfAborted();
      const dropped = await trino.query(sql, { ...(signal && { signal }) });
      signal?.throwIfAborted();
      if (dropped.ok) continue;
      problems.push(statementFailure(entry.key, sql, dropped.error).diagnostic);
      break;
    }
  }
  return problems;
}

function notRegistered(key: string): Diagnostic {
  return diagnostic({
    code: 'registration-clean-up-early',
    path: key,
    message: `The helper tables of ${key} stay, because it is not registered yet.`,
    fix: `\`aws2openstack migrate status\` shows its progress. Validate the table, then clean up.`,
  });
}
