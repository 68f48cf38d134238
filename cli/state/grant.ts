import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { grantStatements } from '../../state/roles/grant-statements.js';
import type { RoleMember } from '../../state/roles/grant-statements.js';
import { stateLocation } from '../../state/store/location.js';
import type { StateLocation } from '../../state/store/location.js';
import { placeOf } from '../../state/store/state.js';
import { failed } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { describeRoles, grantedRoles } from './view.js';

export interface GrantFlags {
  readonly prefix: string;
  readonly member: readonly RoleMember[];
  readonly print: boolean;
  readonly json: boolean;
}

export async function grantState({ prefix, member, print, json }: GrantFlags, io: CliIo): Promise<ExitCode> {
  if (print) {
    const statements = ['BEGIN', ...grantStatements(prefix, member), 'COMMIT'];
    io.stdout.write(json ? `${JSON.stringify(statements)}\n` : statements.map((text) => `${text};\n`).join(''));
    return 0;
  }
  const location = stateLocation(io.env, process.cwd());
  if (!location.ok) return failed(io, location.error);
  if (location.value.engine === 'embedded') return failed(io, [noLogins(location.value)]);
  // Loaded only here, because it loads the database driver, which --print does not need.
  const { grantRoles } = await import('../../state/roles/grant-roles.js');
  const { withState } = await import('../../state/store/open-state.js');
  const access = { access: 'read', purpose: 'aws2openstack state grant' } as const;
  const granted = await withState(
    location.value,
    access,
    async (state) => await grantRoles(state, { prefix, members: member }),
  );
  if (!granted.ok) return failed(io, granted.error);
  if (!granted.value.ok) return failed(io, granted.value.error);
  const roles = grantedRoles(prefix, member);
  io.stdout.write(
    json ? `${JSON.stringify({ kind: 'StoreRoles', place: placeOf(location.value), roles })}\n` : describeRoles(roles),
  );
  return 0;
}

function noLogins(location: StateLocation): Diagnostic {
  return diagnostic({
    code: 'no-roles-here',
    path: placeOf(location),
    message: 'The embedded store has no logins: anyone who can read its folder can do everything.',
    fix: 'To use roles, move to PostgreSQL: run `aws2openstack state export FILE`, set DATABASE_URL, run `aws2openstack state migrate` and `aws2openstack state import FILE`.',
  });
}
