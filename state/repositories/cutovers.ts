import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import { dataWithoutCredentials, withoutCredentials } from '../../core/credentials.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { CutoverEventKind, CutoverStatus, StateTables } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { storableJson, storableText } from './storable-text.js';

export type Cutover = Selectable<StateTables['cutovers']>;
export type CutoverEvent = Selectable<StateTables['cutover_events']>;

/** A cutover as the process that has taken it knows it. */
export interface HeldCutover {
  readonly id: string;
  readonly fence: number;
}

export interface NewCutoverEvent {
  /** From 0: that of the last event, and one more. */
  readonly number: number;
  readonly step: string;
  readonly event: CutoverEventKind;
  readonly actor?: string;
  /** Credentials are masked. */
  readonly output?: string;
  readonly details?: object;
}

/** The cutover of an assessment that is under way or complete; begun with these steps where there is none. */
export async function openCutover(
  { db }: Pick<State, 'db'>,
  { assessmentId, steps }: { readonly assessmentId: string; readonly steps: readonly string[] },
): Promise<Cutover> {
  for (;;) {
    await sql`
      INSERT INTO cutovers (assessment_id, steps) VALUES (${assessmentId}, ${steps}::text[])
      ON CONFLICT (assessment_id) WHERE status <> 'UNDONE' DO NOTHING`.execute(db);
    const cutover = await findCutover({ db }, assessmentId);
    // Another process may have taken back the one that was there.
    if (cutover !== undefined && cutover.status !== 'UNDONE') return cutover;
  }
}

/** The cutover of an assessment that is under way or complete, or else the one that was taken back last. */
export async function findCutover({ db }: Pick<State, 'db'>, assessmentId: string): Promise<Cutover | undefined> {
  return await db
    .selectFrom('cutovers')
    .selectAll()
    .where('assessment_id', '=', assessmentId)
    .orderBy(sql`status = 'UNDONE'`)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The events, in order. */
export async function cutoverEvents({ db }: Pick<State, 'db'>, cutoverId: string): Promise<readonly CutoverEvent[]> {
  return await db
    .selectFrom('cutover_events')
    .selectAll()
    .where('cutover_id', '=', cutoverId)
    .orderBy('number')
    .execute();
}

/**
 * Takes a cutover for some seconds, by the database's clock. `undefined` while another process has it. What had it before
 * can write nothing any more.
 */
export async function takeCutover(
  { db }: Pick<State, 'db'>,
  id: string,
  { holder, leaseSeconds }: { readonly holder: string; readonly leaseSeconds: number },
): Promise<HeldCutover | undefined> {
  const { rows } = await sql<HeldCutover>`
    UPDATE cutovers SET fence = fence + 1, holder = ${holder}, lease_until = now() + make_interval(secs => ${leaseSeconds})
    WHERE id = ${id} AND (lease_until IS NULL OR lease_until < now())
    RETURNING id, fence`.execute(db);
  return rows[0];
}

/** Prolongs the lease. Fails when it was lost. */
export async function keepCutover(
  { db }: Pick<State, 'db'>,
  { id, fence }: HeldCutover,
  leaseSeconds: number,
): Promise<Result<void>> {
  const { rows } = await sql`
    UPDATE cutovers SET lease_until = now() + make_interval(secs => ${leaseSeconds})
    WHERE id = ${id} AND fence = ${fence} RETURNING id`.execute(db);
  return rows.length === 0 ? fail([lostCutover()]) : ok(undefined);
}

/** Lets the next process take it at once; of a lost one nothing is changed. */
export async function releaseCutover(
  { db }: Pick<State, 'db'>,
  { id, fence }: HeldCutover,
  status?: CutoverStatus,
): Promise<void> {
  await sql`
    UPDATE cutovers SET holder = NULL, lease_until = NULL, updated_at = now(),
      status = coalesce(${status ?? null}, status)
    WHERE id = ${id} AND fence = ${fence}`.execute(db);
}

/** Adds an event, and sets the status that the cutover has with it. Fails, without writing, when the cutover was lost. */
export async function appendCutoverEvent(
  { db }: Pick<State, 'db'>,
  { id, fence }: HeldCutover,
  { number, step, event, actor, output, details }: NewCutoverEvent,
  status: CutoverStatus,
): Promise<Result<CutoverEvent>> {
  return await db.transaction().execute(async (transaction) => {
    const held = await sql`
      UPDATE cutovers SET status = ${status}, updated_at = now() WHERE id = ${id} AND fence = ${fence}
      RETURNING id`.execute(transaction);
    if (held.rows.length === 0) return fail([lostCutover()]);
    const stored = await transaction
      .insertInto('cutover_events')
      .values({
        cutover_id: id,
        number,
        step,
        event,
        actor: actor ?? null,
        output: output === undefined ? null : storableText(withoutCredentials(output)),
        details: details === undefined ? null : storableJson(JSON.parse(dataWithoutCredentials(details))),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return ok(stored);
  });
}

function lostCutover(): Diagnostic {
  return diagnostic({
    code: 'cutover-changed-hands',
    message: 'Another process has taken over this cutover; nothing more was stored by this one.',
    fix: 'Run `aws2openstack cutover status` to see its progress.',
  });
}
