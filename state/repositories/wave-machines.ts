import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import { withoutCredentials } from '../../core/credentials.js';
import type { StateTables, WaveEventKind, WaveMachineStatus } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { storableJson, storableText } from './storable-text.js';

export type WaveMachine = Selectable<StateTables['wave_machines']>;
export type WaveEvent = Selectable<StateTables['wave_events']>;
type Db = Pick<State, 'db'>;

export interface NewWaveMachine {
  readonly migrationId: string;
  readonly correlationId: string;
  readonly appName: string;
  readonly wave: string;
  readonly targetVmName: string;
  readonly payload: object;
  /** Where its execution begins. */
  readonly state: string;
  readonly position: object;
  readonly at: Date;
}

/** Nothing is changed where there is one with the same migrationId. */
export async function createWaveMachine({ db }: Db, machine: NewWaveMachine): Promise<'created' | 'exists'> {
  const { migrationId, correlationId, appName, wave, targetVmName, payload, state, position, at } = machine;
  const { rows } = await sql`
    WITH made AS (
      INSERT INTO wave_machines (migration_id, correlation_id, app_name, wave, target_vm_name, payload, status_since,
        events, state, position, due_at, created_at, updated_at)
      VALUES (${migrationId}, ${correlationId}, ${appName}, ${wave}, ${targetVmName}, ${storableJson(payload)}, ${at}, 1,
        ${state}, ${storableJson(position)}, ${at}, ${at}, ${at})
      ON CONFLICT (migration_id) DO NOTHING
      RETURNING migration_id),
    told AS (
      INSERT INTO wave_events (migration_id, number, at, kind, state, message)
      SELECT migration_id, 1, ${at}, 'created', '', 'The machine was submitted.' FROM made)
    SELECT migration_id FROM made`.execute(db);
  return rows.length === 0 ? 'exists' : 'created';
}

export async function findWaveMachine({ db }: Db, migrationId: string): Promise<WaveMachine | undefined> {
  return await db.selectFrom('wave_machines').selectAll().where('migration_id', '=', migrationId).executeTakeFirst();
}

/** Raises the fence. */
export async function claimWaveMachine(
  { db }: Db,
  migrationId: string,
  holder: string,
): Promise<WaveMachine | undefined> {
  const { rows } = await sql<WaveMachine>`
    UPDATE wave_machines SET fence = fence + 1, holder = ${storableText(holder)}
    WHERE migration_id = ${migrationId} RETURNING *`.execute(db);
  return rows[0];
}

export interface NewWaveEvent {
  readonly kind: WaveEventKind;
  readonly state: string;
  /** Credentials are masked. */
  readonly message: string;
  readonly details?: object;
}

export interface WaveMachineChange {
  readonly at: Date;
  readonly status?: WaveMachineStatus;
  readonly memory?: object;
  /** Of states; null forgets one. */
  readonly outcomes?: Readonly<Record<string, object | null>>;
  readonly error?: { readonly name: string; readonly message: string } | null;
  readonly expiresAt?: Date;
  readonly events?: readonly NewWaveEvent[];
}

/** All of it or nothing, in one statement. */
export async function saveWaveMachine(
  { db }: Db,
  { migrationId, fence }: { readonly migrationId: string; readonly fence: number },
  { at, status, memory = {}, outcomes = {}, error, expiresAt, events = [] }: WaveMachineChange,
): Promise<'saved' | 'fenced'> {
  const kept = Object.entries(outcomes).filter(([, outcome]) => outcome !== null);
  const forgotten = Object.keys(outcomes).filter((name) => outcomes[name] === null);
  const { rows } = await sql`
    WITH changed AS (
      UPDATE wave_machines SET
        status = coalesce(${status ?? null}::text, status),
        status_since = CASE WHEN ${status ?? null}::text <> status THEN ${at}::timestamptz ELSE status_since END,
        memory = memory || ${storableJson(memory)}::jsonb,
        outcomes = (outcomes || ${storableJson(Object.fromEntries(kept))}::jsonb) - ${forgotten}::text[],
        error = CASE WHEN ${error === undefined}::boolean THEN error
          ELSE nullif(${storableJson(error ?? null)}::jsonb, 'null'::jsonb) END,
        expires_at = coalesce(${expiresAt ?? null}::timestamptz, expires_at),
        events = events + ${events.length}::integer,
        updated_at = ${at}::timestamptz
      WHERE migration_id = ${migrationId} AND fence = ${fence}::bigint
      RETURNING migration_id, events),
    told AS (
      INSERT INTO wave_events (migration_id, number, at, kind, state, message, details)
      SELECT changed.migration_id, changed.events - ${events.length}::integer + new.number, ${at}::timestamptz, new.kind,
        new.state, new.message, new.details
      FROM changed, jsonb_to_recordset(${eventsJson(events)}::jsonb)
        AS new (number integer, kind text, state text, message text, details jsonb))
    SELECT migration_id FROM changed`.execute(db);
  return rows.length === 0 ? 'fenced' : 'saved';
}

/** For `jsonb_to_recordset`, numbered from 1. */
export function eventsJson(events: readonly NewWaveEvent[]): string {
  return storableJson(
    events.map(({ message, ...event }, index) => ({
      ...event,
      number: index + 1,
      message: withoutCredentials(message),
    })),
  );
}

/** The events after one, in their order; a page of them. */
export async function waveEvents({ db }: Db, migrationId: string, after: number, limit: number): Promise<WaveEvent[]> {
  return await db
    .selectFrom('wave_events')
    .selectAll()
    .where('migration_id', '=', migrationId)
    .where('number', '>', after)
    .orderBy('number')
    .limit(limit)
    .execute();
}

export interface WaveMachineFilter {
  readonly wave?: string;
  readonly status?: WaveMachineStatus;
  readonly appName?: string;
}

/** The machines after one, by migrationId; a page of them. */
export async function listWaveMachines(
  { db }: Db,
  { wave, status, appName }: WaveMachineFilter,
  after: string,
  limit: number,
): Promise<WaveMachine[]> {
  let query = db.selectFrom('wave_machines').selectAll().where('migration_id', '>', after);
  if (wave !== undefined) query = query.where('wave', '=', wave);
  if (status !== undefined) query = query.where('status', '=', status);
  if (appName !== undefined) query = query.where('app_name', '=', appName);
  return await query.orderBy('migration_id').limit(limit).execute();
}

/** Deletes machines of which the time has come, with all that is known of them. */
export async function deleteExpiredWaveMachines({ db }: Db, now: Date): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('wave_machines').where('expires_at', '<=', now).executeTakeFirst();
  return Number(numDeletedRows);
}
