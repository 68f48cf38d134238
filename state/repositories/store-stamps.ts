import { sql } from 'kysely';
import type { State } from '../store/state.js';

/** Texts that differ from those of before when something was stored since. */
export interface StoreStamps {
  /** Results of validations. */
  readonly validations: string;
  /** Machines of waves, messages and wave files. */
  readonly waves: string;
}

export async function storeStamps({ db }: Pick<State, 'db'>): Promise<StoreStamps> {
  const { rows } = await sql<StoreStamps>`
    SELECT (
      SELECT concat_ws(' ', max(newest.validated_at), (SELECT sum(results) FROM validation_totals)) FROM assessments,
        LATERAL (
          SELECT validated_at FROM validation_results WHERE assessment_id = assessments.id
          ORDER BY validated_at DESC LIMIT 1) newest) AS validations,
      -- Of machines, the events too: those who change them need not agree on the time.
      (SELECT concat_ws(' ', count(*), sum(events), max(updated_at)) FROM wave_machines)
        || (SELECT concat_ws(' ', '', count(*), max(received_at)) FROM wave_messages)
        || (SELECT concat_ws(' ', '', count(*)) FROM wave_dead_letters)
        || (SELECT concat_ws(' ', '', count(*), max(submitted_at)) FROM waves) AS waves`.execute(db);
  return rows[0] ?? { validations: '', waves: '' };
}
