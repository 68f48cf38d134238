import { withoutCredentials } from '../../core/credentials.js';
import type { JobContext } from '../../state/queue/handler.js';
import type { EntryLedger, EntryRecord } from './ledger.js';

/**
 * The ledger of a job, in `migration_progress`: an entry is a part of the job, its record the checkpoint. Writes are fenced,
 * and a checkpoint throws `JobInterrupted` when the job is to end.
 */
export function jobLedger({ parts, checkpoint }: Pick<JobContext, 'parts' | 'checkpoint'>): EntryLedger {
  const saved = new Map<string, EntryRecord>();
  return {
    get: (key) => Promise.resolve(saved.get(key) ?? (parts.get(key)?.checkpoint as EntryRecord | null) ?? undefined),
    save: async (key, { reason, ...rest }) => {
      const record = { ...rest, reason: reason === null ? null : withoutCredentials(reason) };
      await checkpoint({
        part: key,
        // A part that reaches another phase resets the count of failed attempts.
        phase: phaseOf(record),
        bytesTotal: null,
        bytesDone: 0,
        filesTotal: null,
        filesDone: 0,
        rowsTotal: null,
        rowsDone: rowsOf(record),
        checkpoint: record,
      });
      saved.set(key, record);
    },
  };
}

function rowsOf({ progress: { load, inPlace } }: EntryRecord): number {
  return load?.rows ?? (inPlace?.isForgotten === true ? inPlace.content.rows : 0);
}

function phaseOf({ state, progress: { definitions, partitions, load, inPlace } }: EntryRecord): string {
  if (state === 'done') return 'registered';
  if (load !== null)
    return load.total > 1 ? `load batch ${Math.min(load.index + 1, load.total)} of ${load.total}` : 'load';
  if (inPlace !== null) return inPlace.metadata === null ? 'migrate in place' : 'register';
  if (partitions !== null) return 'partitions';
  return Object.keys(definitions).length > 0 ? 'created' : 'register';
}
