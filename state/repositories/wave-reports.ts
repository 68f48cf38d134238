import { sql } from 'kysely';
import type { RawBuilder, SqlBool } from 'kysely';
import type { Result } from '../../core/result.js';
import type { WaveMachineStatus } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { likePattern } from './name-pattern.js';
import { readPage } from './page.js';
import type { Order, Page, PageRequest } from './page.js';
import type { WaveEvent, WaveMachine } from './wave-machines.js';
import type { WaveDeadLetter } from './wave-messages.js';

type Db = Pick<State, 'db'>;

export type WaveSort = 'name' | 'machines' | 'cut-over' | 'attention' | 'updated';

/** Numbers of machines, but for `dead_letters`. */
export interface WaveReport {
  readonly wave: string;
  /** That were taken in. */
  readonly machines: number;
  readonly by_status: Readonly<Partial<Record<WaveMachineStatus, number>>>;
  readonly cut_over: number;
  readonly not_moved: number;
  readonly need_attention: number;
  readonly dead_letters: number;
  /** NULL where no wave file was submitted with it. */
  readonly submitted_machines: number | null;
  readonly submitted_by: string | null;
  readonly submitted_at: Date | null;
  /** Of its machines. */
  readonly updated_at: Date | null;
}

export interface WaveReportList {
  /** Which statuses are counted together. */
  readonly groups: Readonly<Record<'cutOver' | 'notMoved' | 'needAttention', readonly WaveMachineStatus[]>>;
  /** @default name */
  readonly sort?: WaveSort | undefined;
  /** @default asc */
  readonly direction?: Order['direction'] | undefined;
}

const wave = { type: 'text', expression: sql.ref('wave') } as const;

const waveSortKeys: Readonly<Record<WaveSort, Order['keys']>> = {
  name: [wave],
  machines: [{ type: 'number', expression: sql.ref('machines') }, wave],
  // In millionths, those without machines first.
  'cut-over': [
    { type: 'number', expression: sql`coalesce(cut_over::bigint * 1000000 / nullif(machines, 0), -1)` },
    wave,
  ],
  attention: [{ type: 'number', expression: sql.ref('need_attention') }, wave],
  updated: [{ type: 'time', expression: sql`coalesce(updated_at, '1970-01-01Z')` }, wave],
};

/** Waves that have machines, were submitted, or are named by a dead letter. */
export async function listWaveReports(
  { db }: Db,
  { groups, sort = 'name', direction = 'asc' }: WaveReportList,
  page: PageRequest = {},
): Promise<Result<Page<WaveReport>>> {
  const order: Order = { name: `waves by ${sort} ${direction}`, direction, keys: waveSortKeys[sort] };
  const sum = (statuses: readonly WaveMachineStatus[]): RawBuilder<number> =>
    sql<number>`coalesce(sum(machines) FILTER (WHERE status = ANY (${statuses}::text[])), 0)::integer`;
  return await readPage(
    db,
    order,
    page,
    ({ key, isAfter, orderBy, limit }) => sql<WaveReport>`
      WITH counted AS (
        SELECT wave, status, count(*)::integer AS machines, max(updated_at) AS updated_at
        FROM wave_machines GROUP BY wave, status),
      taken AS (
        SELECT wave, sum(machines)::integer AS machines, jsonb_object_agg(status, machines) AS by_status,
          ${sum(groups.cutOver)} AS cut_over, ${sum(groups.notMoved)} AS not_moved,
          ${sum(groups.needAttention)} AS need_attention, max(updated_at) AS updated_at
        FROM counted GROUP BY wave),
      refused AS (
        SELECT wave, count(*)::integer AS dead_letters FROM wave_dead_letters WHERE wave IS NOT NULL GROUP BY wave),
      submitted AS (
        SELECT name AS wave, machines AS submitted_machines, submitted_by, submitted_at FROM waves),
      listed AS (
        SELECT wave, coalesce(machines, 0) AS machines, coalesce(by_status, '{}') AS by_status,
          coalesce(cut_over, 0) AS cut_over, coalesce(not_moved, 0) AS not_moved,
          coalesce(need_attention, 0) AS need_attention, coalesce(dead_letters, 0) AS dead_letters,
          submitted_machines, submitted_by, submitted_at, updated_at
        FROM taken FULL JOIN refused USING (wave) FULL JOIN submitted USING (wave))
      SELECT *, ${key} AS page_key FROM listed WHERE ${isAfter} ORDER BY ${orderBy} LIMIT ${limit}`,
  );
}

export type WaveMachineSort = 'name' | 'application' | 'wave' | 'since';

export interface WaveMachineList {
  readonly wave?: string | undefined;
  readonly application?: string | undefined;
  readonly statuses?: readonly WaveMachineStatus[] | undefined;
  /**
   * Of its id, its name at the target or its id at the source: `*` stands for any text, `?` for one character; ASCII
   * letters match in either case.
   */
  readonly pattern?: string | undefined;
  /** @default name */
  readonly sort?: WaveMachineSort | undefined;
  /** @default asc */
  readonly direction?: Order['direction'] | undefined;
}

const migrationId = { type: 'text', expression: sql.ref('migration_id') } as const;

const machineSortKeys: Readonly<Record<WaveMachineSort, Order['keys']>> = {
  name: [migrationId],
  application: [{ type: 'text', expression: sql.ref('app_name') }, migrationId],
  wave: [{ type: 'text', expression: sql.ref('wave') }, migrationId],
  since: [{ type: 'time', expression: sql.ref('status_since') }, migrationId],
};

export async function pageOfWaveMachines(
  { db }: Db,
  { wave: inWave, application, statuses, pattern, sort = 'name', direction = 'asc' }: WaveMachineList,
  page: PageRequest = {},
): Promise<Result<Page<WaveMachine>>> {
  const order: Order = { name: `machines by ${sort} ${direction}`, direction, keys: machineSortKeys[sort] };
  const conditions = [
    ...(inWave === undefined ? [] : [sql<SqlBool>`wave = ${inWave}`]),
    ...(application === undefined ? [] : [sql<SqlBool>`app_name = ${application}`]),
    ...(statuses === undefined || statuses.length === 0 ? [] : [sql<SqlBool>`status = ANY (${statuses}::text[])`]),
    ...(pattern === undefined ? [] : [isNamedLike(pattern)]),
  ];
  return await readPage(
    db,
    order,
    page,
    ({ key, isAfter, orderBy, limit }) => sql<WaveMachine>`
      SELECT *, ${key} AS page_key FROM wave_machines
      WHERE ${sql.join([...conditions, isAfter], sql` AND `)} ORDER BY ${orderBy} LIMIT ${limit}`,
  );
}

function isNamedLike(pattern: string): RawBuilder<SqlBool> {
  const like = likePattern(pattern);
  return sql<SqlBool>`(lower(migration_id) LIKE ${like} OR lower(target_vm_name) LIKE ${like}
    OR lower(payload ->> 'sourceVmId') LIKE ${like})`;
}

/** The events of a machine. */
export async function pageOfWaveEvents(
  { db }: Db,
  id: string,
  { direction = 'asc' }: { readonly direction?: Order['direction'] | undefined },
  page: PageRequest = {},
): Promise<Result<Page<WaveEvent>>> {
  const number = { type: 'number', expression: sql.ref('number') } as const;
  const order: Order = { name: `events of a machine ${direction}`, direction, keys: [number] };
  return await readPage(
    db,
    order,
    page,
    ({ key, isAfter, orderBy, limit }) => sql<WaveEvent>`
      SELECT *, ${key} AS page_key FROM wave_events
      WHERE migration_id = ${id} AND ${isAfter} ORDER BY ${orderBy} LIMIT ${limit}`,
  );
}

/** The records that a rollback restored, and those that it could not; in order. */
export async function rollbackEvents({ db }: Db, id: string): Promise<readonly WaveEvent[]> {
  return await db
    .selectFrom('wave_events')
    .selectAll()
    .where('migration_id', '=', id)
    .where('kind', 'in', ['restored', 'not-restored'])
    .orderBy('number')
    .execute();
}

/** Characters of a message that are shown. */
const shownBody = 500;

/** Those that were refused last, with the beginning of each message. */
export async function newestDeadLetters({ db }: Db, limit: number): Promise<readonly WaveDeadLetter[]> {
  const { rows } = await sql<WaveDeadLetter>`
    SELECT id, left(body, ${shownBody}) AS body, wave, problems, received_at, refused_at FROM wave_dead_letters
    ORDER BY refused_at DESC, id LIMIT ${limit}`.execute(db);
  return rows;
}

export async function countDeadLetters({ db }: Db): Promise<number> {
  const { count } = await db
    .selectFrom('wave_dead_letters')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}
