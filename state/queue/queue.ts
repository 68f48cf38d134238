import { PgBoss } from 'pg-boss';
import type { State } from '../store/state.js';

const schema = 'pgboss';

/** Makes or updates the queue's own schema. Needs the right to create schemas. Throws the database's error. */
export async function installQueue(state: State): Promise<void> {
  const boss = new PgBoss({
    db: state.queueDb,
    backend: state.location.engine === 'embedded' ? 'pglite' : 'postgres',
    schema,
    supervise: false,
    schedule: false,
  });
  await boss.start();
  await boss.stop({ graceful: false });
}
