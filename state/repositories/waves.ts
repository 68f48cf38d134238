import { sql } from 'kysely';
import type { WaveMachineStatus } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { storableJson, storableText } from './storable-text.js';
import { addWaveMessages } from './wave-messages.js';

export interface NewSubmittedWave {
  readonly name: string;
  readonly document: object;
  /** Each a payload as text. */
  readonly messages: readonly string[];
  readonly submittedBy: string;
}

/** Stores waves and queues the messages of their machines, all or nothing. */
export async function submitWaves(state: State, waves: readonly NewSubmittedWave[]): Promise<void> {
  await state.db.transaction().execute(async (db) => {
    for (const { name, document, messages, submittedBy } of waves) {
      await sql`
        INSERT INTO waves (name, document, machines, submitted_by)
        VALUES (${name}, ${storableJson(document)}::jsonb, ${messages.length}, ${storableText(submittedBy)})
        ON CONFLICT (name) DO UPDATE SET document = excluded.document, machines = excluded.machines,
          submitted_by = excluded.submitted_by, submitted_at = excluded.submitted_at`.execute(db);
      await addWaveMessages({ db }, messages);
    }
  });
}

interface WaveTotal {
  readonly wave: string;
  readonly status: WaveMachineStatus;
  readonly machines: number;
}

/** How many machines of each wave have which status. */
export async function waveTotals({ db }: Pick<State, 'db'>): Promise<readonly WaveTotal[]> {
  const { rows } = await sql<WaveTotal>`
    SELECT wave, status, count(*)::integer AS machines FROM wave_machines GROUP BY wave, status
    ORDER BY wave, status`.execute(db);
  return rows;
}
