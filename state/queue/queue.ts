import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { PgBoss } from 'pg-boss';
import type { Queue } from 'pg-boss';
import type { StateTables } from '../schema/tables.js';
import type { State } from '../store/state.js';

const schema = 'pgboss';

const noJob = '00000000-0000-0000-0000-000000000000';

export interface QueueOptions {
  /** Queues to create if they are missing, each with `queueDefaults`; needs the read-write role. */
  readonly queues?: readonly string[];
  /**
   * Whether to look for dead workers and delete old finished jobs; needs the read-write role. Every worker may do it: they
   * take turns. Off for a process that only sends, cancels, resumes and retries.
   */
  readonly supervise: boolean;
  /**
   * How long the queues created by this call leave a job with a worker that sends no heartbeat; at least 10.
   * @default 30
   */
  readonly heartbeatSeconds?: number;
  /**
   * How often this process looks for dead workers; at least 1.
   * @default 15
   */
  readonly monitorIntervalSeconds?: number;
  /** Receives background problems, such as a server that is briefly unavailable; the queue keeps trying. */
  readonly onProblem: (problem: Error) => void;
}

/**
 * A worker that sent no heartbeat for `heartbeatSeconds` is considered dead, and another worker gets its job after at most
 * `monitorIntervalSeconds` more, 45 s in total. With heartbeats a job may take a day, which is pg-boss's limit; then the
 * next worker continues it from the checkpoint.
 */
const queueDefaults: Omit<Queue, 'name'> = {
  // At most one job per singleton key is queued or active.
  policy: 'exclusive',
  expireInSeconds: 24 * 60 * 60,
  // A job waits until it is taken, up to ten years.
  retentionSeconds: 10 * 365 * 24 * 60 * 60,
  // The job of a dead worker goes to the next worker at once. Workers count the failures themselves.
  retryLimit: 1_000_000,
  retryDelay: 0,
  retryBackoff: false,
};

/**
 * Starts pg-boss on the store's database; the caller stops it (`await queue.stop()` waits 30 s for active jobs) before it
 * closes the store. Inside a transaction of the store, pass pg-boss's `fromKysely(transaction)` to it as `db`, and only
 * for queues that it remembers. The queue's schema must exist (`migrate`). Throws the database's error.
 */
export async function openQueue(
  state: State,
  { queues = [], supervise, heartbeatSeconds = 30, monitorIntervalSeconds = 15, onProblem }: QueueOptions,
): Promise<PgBoss> {
  const boss = new PgBoss({
    ...connection(state),
    migrate: false,
    schedule: false,
    supervise,
    superviseIntervalSeconds: monitorIntervalSeconds,
    monitorIntervalSeconds,
    // Only the owner of an index can rebuild it.
    reindex: false,
  });
  boss.on('error', onProblem);
  try {
    await boss.start();
    for (const name of queues) {
      await boss.createQueue(name, { ...queueDefaults, heartbeatSeconds });
      await rememberQueue(boss, name);
    }
    return boss;
  } catch (error) {
    await boss.stop({ graceful: false });
    throw error;
  }
}

/**
 * Makes pg-boss cache a queue before it is used in a transaction. Looking it up there would deadlock on the embedded
 * store, which has one connection. Throws when the queue does not exist.
 */
export async function rememberQueue(boss: PgBoss, name: string): Promise<void> {
  await boss.findJobs(name, { id: noJob });
}

/** Creates or updates the queue's own schema. Needs the right to create schemas. Throws the database's error. */
export async function installQueue(state: State): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const boss = new PgBoss({ ...connection(state), supervise: false, schedule: false });
    try {
      await boss.start();
      return;
    } catch (error) {
      // Another process created the schema at the same moment: now it exists.
      if ((error as { code?: unknown }).code !== uniqueViolation || attempt === maxAttempts) throw error;
    } finally {
      await boss.stop({ graceful: false });
    }
  }
}

const uniqueViolation = '23505';
const maxAttempts = 5;

/** Throws the database's error where the queue is not installed. */
export async function queueSchemaVersion(db: Kysely<StateTables>): Promise<number> {
  const { rows } = await sql<{ version: number }>`SELECT version FROM ${sql.id(schema, 'version')}`.execute(db);
  return Number(rows[0]?.version);
}

function connection(state: State): ConstructorParameters<typeof PgBoss>[0] & object {
  return {
    db: state.queueDb,
    backend: state.location.engine === 'embedded' ? 'pglite' : 'postgres',
    schema,
  };
}
