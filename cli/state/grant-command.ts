import { InvalidArgumentError, Option } from 'commander';
import type { RoleMember } from '../../state/index.js';
import { defaultRolePrefix, isRoleKind, isRolePrefix, roleKinds } from '../../state/roles/role-names.js';
import type { Register } from '../program.js';
import type { GrantFlags } from './grant.js';

/** `state grant`. */
export const registerGrant: Register = (state, io, done) => {
  state
    .command('grant')
    .description('make the three roles of the store on a server and give them their rights; run it again after migrate')
    .addOption(
      new Option('--prefix <name>', 'what the roles’ names begin with').default(defaultRolePrefix).argParser(asPrefix),
    )
    .addOption(
      new Option('--member <role=login>', `make a login a member: ${roleKinds.join(', ')} (repeatable)`)
        .default([], 'nobody')
        .argParser(collectMember),
    )
    .option('--print', 'print the SQL for your database administrator; run nothing', false)
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      `
Example:
  $ aws2openstack state grant --member read_write=runner --member read_only=dashboard

Logins and their passwords are yours to make:
  CREATE ROLE runner LOGIN; \\password runner`,
    )
    .action(async (flags: GrantFlags) => {
      const { grantState } = await import('./grant.js');
      done(await grantState(flags, io));
    });
};

function asPrefix(text: string): string {
  if (isRolePrefix(text)) return text;
  throw new InvalidArgumentError(
    'it is 1 to 40 lower-case letters, digits and underscores, begins with a letter and not with pg_.',
  );
}

function collectMember(text: string, before: readonly RoleMember[]): readonly RoleMember[] {
  const at = text.indexOf('=');
  const [kind, login] = [text.slice(0, at).replaceAll('-', '_'), text.slice(at + 1)];
  if (at > 0 && login !== '' && isRoleKind(kind)) return [...before, { kind, login }];
  throw new InvalidArgumentError(
    `'${text}' is no membership; it reads like read_only=dashboard, with one of ${roleKinds.join(', ')}.`,
  );
}
