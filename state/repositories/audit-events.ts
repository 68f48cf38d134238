import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import { jsonWithoutCredentials } from '../../core/credentials.js';
import type { Result } from '../../core/result.js';
import type { StateTables } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { readPage } from './page.js';
import type { Order, Page, PageRequest } from './page.js';

export type AuditEvent = Selectable<StateTables['audit_events']>;

export interface NewAuditEvent {
  readonly actor: string;
  readonly action: string;
  readonly subject: object;
  readonly outcome: AuditEvent['outcome'];
  readonly details: object;
}

/** Credentials in the texts are masked. */
export async function appendAuditEvent({ db }: Pick<State, 'db'>, event: NewAuditEvent): Promise<void> {
  await db
    .insertInto('audit_events')
    .values({
      actor: event.actor,
      action: event.action,
      subject: jsonWithoutCredentials(event.subject),
      outcome: event.outcome,
      details: jsonWithoutCredentials(event.details),
    })
    .execute();
}

/** Newest first. */
export async function listAuditEvents(
  { db }: Pick<State, 'db'>,
  page: PageRequest = {},
): Promise<Result<Page<AuditEvent>>> {
  const order: Order = {
    name: 'audit',
    direction: 'desc',
    keys: [
      { type: 'time', expression: sql.ref('at') },
      { type: 'uuid', expression: sql.ref('id') },
    ],
  };
  return await readPage(
    db,
    order,
    page,
    ({ key, isAfter, orderBy, limit }) => sql<AuditEvent>`
      SELECT *, ${key} AS page_key FROM audit_events
      WHERE ${isAfter} ORDER BY ${orderBy} LIMIT ${limit}`,
  );
}
