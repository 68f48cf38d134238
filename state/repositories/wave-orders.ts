import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import type { StateTables, WaveMachineStatus, WaveOrderKind } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { storableText } from './storable-text.js';

export type WaveOrder = Selectable<StateTables['wave_orders']>;

export interface NewWaveOrder {
  readonly kind: WaveOrderKind;
  readonly by: string;
  readonly at: Date;
  readonly reason?: string;
  readonly gate?: string;
}

/** Stores an order where the machine has one of the statuses, and lets its execution go on at once. */
export async function orderWaveMachine(
  { db }: Pick<State, 'db'>,
  migrationId: string,
  { kind, by, at, reason, gate }: NewWaveOrder,
  statuses: readonly WaveMachineStatus[],
): Promise<'taken' | 'refused' | 'unknown-machine'> {
  const what = gate === undefined ? kind : `${kind} ${gate}`;
  const message = `${what}, by ${by}${reason === undefined ? '' : `: ${reason}`}`;
  const { rows } = await sql`
    WITH changed AS (
      UPDATE wave_machines SET orders = orders + 1, events = events + 1, updated_at = ${at}::timestamptz,
        due_at = CASE WHEN due_at IS NULL THEN NULL ELSE least(due_at, ${at}::timestamptz) END
      WHERE migration_id = ${migrationId} AND status = ANY (${statuses}::text[])
      RETURNING migration_id, orders, events),
    ordered AS (
      INSERT INTO wave_orders (migration_id, number, kind, actor, reason, gate, at)
      SELECT migration_id, orders, ${kind}, ${storableText(by)},
        ${reason === undefined ? null : storableText(reason)}, ${gate ?? null}, ${at}::timestamptz FROM changed),
    told AS (
      INSERT INTO wave_events (migration_id, number, at, kind, state, message)
      SELECT migration_id, events, ${at}::timestamptz, 'ordered', '', ${storableText(message)} FROM changed)
    SELECT migration_id FROM changed`.execute(db);
  if (rows.length > 0) return 'taken';
  const known = await db
    .selectFrom('wave_machines')
    .select('migration_id')
    .where('migration_id', '=', migrationId)
    .executeTakeFirst();
  return known === undefined ? 'unknown-machine' : 'refused';
}

export async function waveOrders({ db }: Pick<State, 'db'>, migrationId: string): Promise<WaveOrder[]> {
  return await db
    .selectFrom('wave_orders')
    .selectAll()
    .where('migration_id', '=', migrationId)
    .orderBy('number')
    .execute();
}
