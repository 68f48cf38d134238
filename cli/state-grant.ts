import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { diagnostic } from '../core/diagnostic.js';
import type { Diagnostic } from '../core/diagnostic.js';
import {
  defaultRolePrefix,
  grantRoles,
  grantStatements,
  isRoleKind,
  isRolePrefix,
  placeOf,
  roleKinds,
  roleName,
  stateLocation,
  withState,
} from '../state/index.js';
import type { RoleMember, StateLocation } from '../state/index.js';
import { failed } from './io.js';
import type { CliIo, ExitCode } from './io.js';
import { alignColumns } from './text-table.js';

interface GrantFlags {
  readonly prefix: string;
  readonly member: readonly RoleMember[];
  readonly print: boolean;
  readonly json: boolean;
}

/** `state grant`. */
export function registerGrant(state: Command, io: CliIo, done: (code: ExitCode) => void): void {
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
      done(await grant(flags, io));
    });
}

const meanings = {
  read_write: 'reads and writes the store and its queue: command line, runners',
  read_only: 'reads the store: MCP server, dashboard',
  migration_control: 'reads all, steers migrations and their jobs: the dashboard’s administrators',
} as const;

async function grant({ prefix, member, print, json }: GrantFlags, io: CliIo): Promise<ExitCode> {
  if (print) {
    const statements = ['BEGIN', ...grantStatements(prefix, member), 'COMMIT'];
    io.stdout.write(json ? `${JSON.stringify(statements)}\n` : statements.map((text) => `${text};\n`).join(''));
    return 0;
  }
  const location = stateLocation(io.env, process.cwd());
  if (!location.ok) return failed(io, location.error);
  if (location.value.engine === 'embedded') return failed(io, [noLogins(location.value)]);
  const access = { access: 'read', purpose: 'aws2openstack state grant' } as const;
  const granted = await withState(
    location.value,
    access,
    async (state) => await grantRoles(state, { prefix, members: member }),
  );
  if (!granted.ok) return failed(io, granted.error);
  if (!granted.value.ok) return failed(io, granted.value.error);
  const roles = roleKinds.map((kind) => ({
    role: roleName(prefix, kind),
    for: meanings[kind],
    added: member.filter((one) => one.kind === kind).map(({ login }) => login),
  }));
  io.stdout.write(
    json
      ? `${JSON.stringify({ place: placeOf(location.value), roles })}\n`
      : `${alignColumns(
          roles.map(({ role, for: meaning, added }) => [role, added.length === 0 ? '-' : added.join(', '), meaning]),
          3,
        ).replaceAll(/ +$/gm, '')}\n`,
  );
  return 0;
}

function noLogins(location: StateLocation): Diagnostic {
  return diagnostic({
    code: 'no-roles-here',
    path: placeOf(location),
    message: 'The embedded store has no logins: whoever may read its folder may do everything.',
    fix: 'Move to PostgreSQL for roles: `aws2openstack state export FILE`, set DATABASE_URL, `aws2openstack state migrate`, `aws2openstack state import FILE`.',
  });
}

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
