import { sql } from 'kysely';
import { defaultRolePrefix, roleName } from '../roles/role-names.js';
import type { State } from './state.js';

/**
 * Runs `action` in a read-only transaction, which sees one state of the store and ends any statement after `timeoutMs`. On
 * a server, it acts as the read-only role of `state grant` where the login is a member of it. Throws the database's errors.
 */
export async function readOnly<T>(
  state: State,
  { timeoutMs }: { readonly timeoutMs: number },
  action: (state: State) => Promise<T>,
): Promise<T> {
  return await state.db.transaction().execute(async (transaction) => {
    // Kysely's own setting does not reach the embedded store.
    await sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`.execute(transaction);
    // A query: after the first one, nothing can make the transaction writable again.
    await sql`
      SELECT set_config('statement_timeout', ${`${timeoutMs}ms`}, true),
        -- Nothing happens where the role does not exist, is that of another store, or may not be taken.
        (SELECT set_config('role', rolname, true) FROM pg_roles
        WHERE ${state.location.engine === 'server'} AND rolname = ${roleName(defaultRolePrefix, 'read_only')} 
          AND has_table_privilege(oid, 'assessments', 'SELECT') AND pg_has_role(oid,
            -- Before version 16, each member may.
            CASE WHEN current_setting('server_version_num')::integer < 160000 THEN 'MEMBER' ELSE 'SET' END))`.execute(
      transaction,
    );
    return await action({ ...state, db: transaction });
  });
}
