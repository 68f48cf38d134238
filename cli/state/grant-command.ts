import { InvalidArgumentError, Option } from 'commander';
import { helpText } from '../help-text.js';
import type { RoleMember } from '../../state/index.js';
import { defaultRolePrefix, isRoleKind, isRolePrefix, roleKinds } from '../../state/roles/role-names.js';
import type { Register } from '../program.js';
import type { GrantFlags } from './grant.js';

/** `state grant`. */
export const registerGrant: Register = (state, io, done) => {
  state
    .command('grant')
    .description(
      'create the three roles of the store on a server and grant them their privileges; run it again after migrate',
    )
    .addOption(new Option('--prefix <name>', 'prefix of the role names').default(defaultRolePrefix).argParser(asPrefix))
    .addOption(
      new Option('--member <role=login>', `add a login to a role: ${roleKinds.join(', ')} (repeatable)`)
        .default([], 'none')
        .argParser(collectMember),
    )
    .option('--print', 'print the SQL for your database administrator without running it', false)
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'Create the logins and set their passwords yourself, in psql: CREATE ROLE runner LOGIN; \\password runner',
        ],
        reads: 'the roles of the server.',
        writes: 'roles and privileges to the server; nothing with --print.',
        environment: ['DATABASE_URL       the store, as the owner of its tables'],
        examples: ['state grant --member read_write=runner --member read_only=dashboard', 'state grant --print'],
      }),
    )
    .action(async (flags: GrantFlags) => {
      const { grantState } = await import('./grant.js');
      done(await grantState(flags, io));
    });
};

function asPrefix(text: string): string {
  if (isRolePrefix(text)) return text;
  throw new InvalidArgumentError(
    'It must be 1 to 40 lower-case letters, digits and underscores, begin with a letter and not begin with pg_.',
  );
}

function collectMember(text: string, before: readonly RoleMember[]): readonly RoleMember[] {
  const at = text.indexOf('=');
  const [kind, login] = [text.slice(0, at).replaceAll('-', '_'), text.slice(at + 1)];
  if (at > 0 && login !== '' && isRoleKind(kind)) return [...before, { kind, login }];
  throw new InvalidArgumentError(
    `It must have the form ROLE=LOGIN, such as read_only=dashboard; ROLE is one of ${roleKinds.join(', ')}.`,
  );
}
