import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { PgBoss } from 'pg-boss';
import type { Queue } from 'pg-boss';
import type { StateTables } from '../schema/tables.js';
import type { State } from '../store/state.js';

const schema = 'pgboss';

const noJob = '00000000-0000-0000-0000-000000000000';

export interface QueueOptions {
  /** Queues to make where they are missing, each with `queueDefaults`; needs the read-write role. */
  readonly queues?: readonly string[];
  /**
   * Look for dead workers and delete what is long done; needs the read-write role. Every worker may do it: they take
   * turns. Off for a process that only sends, cancels, resumes and retries.
   */
  readonly supervise: boolean;
  /**
   * How long the queues made by this call leave a job with a worker that gives no sign; 10 at least.
   * @default 30
   */
  readonly heartbeatSeconds?: number;
  /**
   * How often this process looks for dead workers, 1 at least.
   * @default 15
   */
  readonly monitorIntervalSeconds?: number;
  /** Problems in the background, such as a server that is gone for a while; the queue goes on trying. */
  readonly onProblem: (problem: Error) => void;
}

/**
 * A worker that gave no sign for `heartbeatSeconds` is dead, so its job is given to another after that and
 * `monitorIntervalSeconds`, 45 s at most. While it gives signs a job may take a day, which is pg-boss's limit; then it is
 * taken from the checkpoint by whoever comes next.
 */
const queueDefaults: Omit<Queue, 'name'> = {
  // At most one job of a singleton key waits or is worked on.
  policy: 'exclusive',
  expireInSeconds: 24 * 60 * 60,
  // A job waits until it is taken, ten years if need be.
  retentionSeconds: 10 * 365 * 24 * 60 * 60,
  // The job of a dead worker goes to the next at once. How often it may fail is the worker's to count.
  retryLimit: 1_000_000,
  retryDelay: 0,
  retryBackoff: false,
};

/**
 * pg-boss itself on the store's database, started; the caller stops it (`await queue.stop()` lets jobs in work end, for
 * 30 s) before it closes the store. Inside a transaction of the store, hand pg-boss's `fromKysely(transaction)` to it as
 * `db`, and only for queues that it remembers. The queue's schema must be there (`migrate`). Throws the database's error.
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
    // Rebuilding an index is for its owner.
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
 * Makes pg-boss remember a queue before it is used in a transaction: were it to look it up there, it would wait on the
 * embedded store, which has one connection, for the transaction that waits for it. Throws when there is no such queue.
 */
export async function rememberQueue(boss: PgBoss, name: string): Promise<void> {
  await boss.findJobs(name, { id: noJob });
}

/** Makes or updates the queue's own schema. Needs the right to create schemas. Throws the database's error. */
export async function installQueue(state: State): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const boss = new PgBoss({ ...connection(state), supervise: false, schedule: false });
    try {
      await boss.start();
      return;
    } catch (error) {
      // Another process made the schema at the same moment: now it is there.
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
