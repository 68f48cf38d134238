import { sql } from 'kysely';
import type { RawBuilder, SqlBool } from 'kysely';
import type { WaveMachineStatus } from '../schema/tables.js';
import type { State } from '../store/state.js';

/** Machines by their ids, or all of a wave or an application. */
export type WaveSelection =
  { readonly ids: readonly string[] } | { readonly wave: string } | { readonly application: string };

export interface SelectedMachine {
  readonly migration_id: string;
  /** Approvals that it needs and does not have yet. */
  readonly open_gates: readonly string[];
}

/** Those of the selection that have one of the statuses, by their ids. */
export async function selectWaveMachines(
  { db }: Pick<State, 'db'>,
  selection: WaveSelection,
  statuses: readonly WaveMachineStatus[],
): Promise<readonly SelectedMachine[]> {
  const { rows } = await sql<SelectedMachine>`
    SELECT migration_id, ARRAY(
      SELECT gate FROM jsonb_array_elements_text(coalesce(payload #> '{rules,gates}', '[]')) AS needed (gate)
      WHERE NOT EXISTS (
        SELECT FROM wave_orders approval
        WHERE approval.migration_id = machine.migration_id AND approval.kind = 'approve' AND approval.gate = needed.gate)
      ORDER BY gate) AS open_gates
    FROM wave_machines machine
    WHERE status = ANY (${statuses}::text[]) AND ${isSelected(selection)}
    ORDER BY migration_id`.execute(db);
  return rows;
}

function isSelected(selection: WaveSelection): RawBuilder<SqlBool> {
  if ('ids' in selection) return sql<SqlBool>`migration_id = ANY (${selection.ids}::text[])`;
  return 'wave' in selection
    ? sql<SqlBool>`wave = ${selection.wave}`
    : sql<SqlBool>`app_name = ${selection.application}`;
}
