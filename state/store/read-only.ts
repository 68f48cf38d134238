import { sql } from 'kysely';
import { defaultRolePrefix, roleName } from '../roles/role-names.js';
import type { State } from './state.js';

/**
 * Runs `action` in a read-only transaction, which ends any statement after `timeoutMs`. On a server, it acts as the
 * read-only role of `state grant` where the login is a member of it. Throws the database's errors.
 */
export async function readOnly<T>(
  state: State,
  { timeoutMs }: { readonly timeoutMs: number },
  action: (state: State) => Promise<T>,
): Promise<T> {
  return await state.db.transaction().execute(async (transaction) => {
    // Kysely's own setting does not reach the embedded store.
    await sql`SET TRANSACTION READ ONLY`.execute(transaction);
    await sql`SELECT set_config('statement_timeout', ${`${timeoutMs}ms`}, true)`.execute(transaction);
    if (state.location.engine === 'server') {
      // Nothing happens where the role does not exist, or may not be taken.
      await sql`
          SELECT set_config('role', rolname, true) FROM pg_roles
          WHERE rolname = ${roleName(defaultRolePrefix, 'read_only')} AND pg_has_role(oid,
            -- Before version 16, each member may.
            CASE WHEN current_setting('server_version_num')::integer < 160000 THEN 'MEMBER' ELSE 'SET' END)`.execute(
        transaction,
      );
    }
    return await action({ ...state, db: transaction });
  });
}
