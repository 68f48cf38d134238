import { sql } from 'kysely';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { identifier } from '../../core/sql-text.js';
import { placeOf } from '../store/state.js';
import type { State } from '../store/state.js';
import { grantStatements } from './grant-statements.js';
import type { RoleMember } from './grant-statements.js';
import { roleKinds, roleName } from './role-names.js';

export interface GrantOptions {
  /** `isRolePrefix` holds. */
  readonly prefix: string;
  readonly members: readonly RoleMember[];
}

/**
 * Creates the three roles and grants them their privileges, all or nothing. Fails when the current role may not do it or a
 * member does not exist; throws the database's other errors. Returns the names of the roles.
 */
export async function grantRoles(state: State, { prefix, members }: GrantOptions): Promise<Result<readonly string[]>> {
  const problems = [...(await checkOwner(state)), ...(await checkMembers(state, members))];
  if (problems.length > 0) return fail(problems);
  try {
    await state.db.transaction().execute(async (db) => {
      for (const statement of grantStatements(prefix, members)) await sql.raw(statement).execute(db);
    });
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    if (code !== '42501') throw error;
    return fail([mayNot(state, `The role in DATABASE_URL may not create or grant roles (${String(message)}).`)]);
  }
  return ok(roleKinds.map((kind) => roleName(prefix, kind)));
}

/** PostgreSQL only warns when a role other than the owner grants. */
async function checkOwner(state: State): Promise<Diagnostic[]> {
  const { rows } = await sql<{ me: string; owner: string }>`
    SELECT current_user AS me, pg_get_userbyid(relowner) AS owner FROM pg_class
    WHERE oid IN (to_regclass('assessments'), to_regclass('schema_migrations')) AND NOT pg_has_role(relowner, 'USAGE')
    LIMIT 1`.execute(state.db);
  return rows.map(({ me, owner }) =>
    mayNot(state, `The tables belong to '${owner}', but the role in DATABASE_URL is '${me}'.`),
  );
}

async function checkMembers(state: State, members: readonly RoleMember[]): Promise<Diagnostic[]> {
  const problems: Diagnostic[] = [];
  for (const login of new Set(members.map((member) => member.login))) {
    const { rows } = await sql`SELECT FROM pg_roles WHERE rolname = ${login}`.execute(state.db);
    if (rows.length > 0) continue;
    problems.push(
      diagnostic({
        code: 'no-such-login',
        path: placeOf(state.location),
        message: `The role '${login}' does not exist on the server; logins and their passwords are not created here.`,
        fix: `Run in psql: CREATE ROLE ${identifier(login)} LOGIN; \\password ${identifier(login)}`,
      }),
    );
  }
  return problems;
}

function mayNot({ location }: State, message: string): Diagnostic {
  return diagnostic({
    code: 'may-not-grant',
    path: placeOf(location),
    message,
    fix: 'Set DATABASE_URL to the owner of the tables, with the attribute CREATEROLE, or give the SQL of `aws2openstack state grant --print` to your database administrator.',
  });
}
