import { sql } from 'kysely';
import type { State } from '../store/state.js';
import { storableJson, storableText } from './storable-text.js';
import { eventsJson } from './wave-machines.js';
import type { NewWaveEvent, WaveMachine } from './wave-machines.js';

type Db = Pick<State, 'db'>;

export interface TakeOptions {
  readonly holder: string;
  readonly limit: number;
  readonly leaseSeconds: number;
  /** @default the database's clock */
  readonly now?: Date | undefined;
}

/**
 * Machines that are to go on, those that have waited longest first, each with a lease and a new fence. What had one of
 * them before can write nothing any more.
 */
export async function takeDueMachines({ db }: Db, options: TakeOptions): Promise<readonly WaveMachine[]> {
  const { holder, limit, leaseSeconds, now } = options;
  const time = now ?? null;
  const { rows } = await sql<WaveMachine>`
    UPDATE wave_machines SET fence = fence + 1, holder = ${storableText(holder)},
      lease_until = coalesce(${time}::timestamptz, now()) + make_interval(secs => ${leaseSeconds})
    WHERE migration_id IN (
      SELECT migration_id FROM wave_machines
      WHERE due_at <= coalesce(${time}::timestamptz, now())
        AND (lease_until IS NULL OR lease_until <= coalesce(${time}::timestamptz, now()))
      ORDER BY due_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING *`.execute(db);
  return rows;
}

export interface HeldMachine {
  readonly migrationId: string;
  readonly fence: number;
}

/** Prolongs the lease; false where another process has the machine. */
export async function keepWaveMachine(
  { db }: Db,
  { migrationId, fence }: HeldMachine,
  { leaseSeconds, now }: Pick<TakeOptions, 'leaseSeconds' | 'now'>,
): Promise<boolean> {
  const { rows } = await sql`
    UPDATE wave_machines
    SET lease_until = coalesce(${now ?? null}::timestamptz, now()) + make_interval(secs => ${leaseSeconds})
    WHERE migration_id = ${migrationId} AND fence = ${fence}::bigint RETURNING migration_id`.execute(db);
  return rows.length > 0;
}

/** The machine as its holder may still write it. */
export async function findHeldWaveMachine(
  { db }: Db,
  { migrationId, fence }: HeldMachine,
): Promise<WaveMachine | undefined> {
  return await db
    .selectFrom('wave_machines')
    .selectAll()
    .where('migration_id', '=', migrationId)
    .where('fence', '=', fence)
    .executeTakeFirst();
}

export interface ExecutionMove {
  readonly state: string;
  readonly position: object;
  /** `null` at the end. */
  readonly dueAt: Date | null;
  /** How many orders the machine had when it was taken; where there are more by now, it goes on at once. */
  readonly ordersSeen: number;
  /** Whether another process may take it. */
  readonly release: boolean;
  readonly at: Date;
  readonly events: readonly NewWaveEvent[];
}

export async function moveWaveMachine(
  { db }: Db,
  { migrationId, fence }: HeldMachine,
  { state, position, dueAt, ordersSeen, release, at, events }: ExecutionMove,
): Promise<'saved' | 'fenced'> {
  const { rows } = await sql`
    WITH changed AS (
      UPDATE wave_machines SET state = ${state}, position = ${storableJson(position)}::jsonb,
        due_at = CASE WHEN ${dueAt}::timestamptz IS NOT NULL AND orders > ${ordersSeen}::integer
          THEN least(${dueAt}::timestamptz, ${at}::timestamptz) ELSE ${dueAt}::timestamptz END,
        holder = CASE WHEN ${release}::boolean THEN NULL ELSE holder END,
        lease_until = CASE WHEN ${release}::boolean THEN NULL ELSE lease_until END,
        events = events + ${events.length}::integer,
        updated_at = ${at}::timestamptz
      WHERE migration_id = ${migrationId} AND fence = ${fence}::bigint
      RETURNING migration_id, events),
    told AS (
      INSERT INTO wave_events (migration_id, number, at, kind, state, message)
      SELECT changed.migration_id, changed.events - ${events.length}::integer + new.number, ${at}::timestamptz, new.kind,
        new.state, new.message
      FROM changed, jsonb_to_recordset(${eventsJson(events)}::jsonb)
        AS new (number integer, kind text, state text, message text))
    SELECT migration_id FROM changed`.execute(db);
  return rows.length === 0 ? 'fenced' : 'saved';
}

/** How many executions have not ended; those that wait for a person are not counted with `but: 'waiting'`. */
export async function openExecutions({ db }: Db, but?: 'waiting'): Promise<number> {
  const { rows } = await sql<{ open: number }>`
    SELECT count(*)::integer AS open FROM wave_machines
    WHERE due_at IS NOT NULL AND NOT (${but === 'waiting'}::boolean
      AND state IN ('CutoverOrderWait', 'FinalizeOrderWait') AND due_at > now())`.execute(db);
  return rows[0]?.open ?? 0;
}
